/** @file The glossary as the server gives it. */

/**
 * @typedef {{title: string, href: string, number?: number}} Link `number`: that of a chapter
 * @typedef {{name: string, term: string, also: string[], says: string, more: string|null, chapter: Link|null}} Term
 * @typedef {{title: string, says: string, terms: string[], chapter: Link|null}} Part
 * @typedef {{at: string[], title: string, says: string, chapter: Link|null}} Stop
 */
/**
 * @typedef {object} Glossary
 * @property {Term[]} terms
 * @property {Record<string, Part>} parts of Explore; a setting's name has `setting-` before it
 * @property {{keys: string, does: string}[]} keys
 * @property {Link[]} chapters
 * @property {Link[]} docs
 */

/**
 * Ask once; after a failure the next one who wants an answer asks again.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {() => Promise<T>}
 */
export function once(ask) {
  /** @type {Promise<T>|null} */
  let asked = null;
  return () => {
    asked ??= ask().catch((error) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}

/**
 * @template T
 * @param {string} address
 * @returns {Promise<T>}
 */
export async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}
