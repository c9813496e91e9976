/** @file The search in the glossary. Pure. */

/** @typedef {import('./glossary.js').Term} Term */

/**
 * The terms that fit what is searched: by name first, then by other names, then by their texts.
 *
 * @param {readonly Term[]} terms
 * @param {string} text
 * @returns {Term[]}
 */
export function findTerms(terms, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [...terms];
  /** @param {Term} one */
  const rank = ({ term, also, says }) => {
    const names = [term, ...also].map((name) => name.toLowerCase());
    if (names[0].startsWith(wanted)) return 0;
    if (names.some((name) => name.startsWith(wanted))) return 1;
    if (names.some((name) => name.includes(wanted))) return 2;
    return says.toLowerCase().includes(wanted) ? 3 : 4;
  };
  return terms.filter((one) => rank(one) < 4).sort((a, b) => rank(a) - rank(b));
}
