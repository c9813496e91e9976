/** @file The name that somebody may have meant. Pure. */

/** So many letters may be wrong. */
const WRONG = 2;

/** @param {string} text @param {readonly string[]} names @returns {string|null} */
export function nearest(text, names) {
  const [best = null] = names
    .map((name) => /** @type {const} */ ([name, distance(text.toLowerCase(), name)]))
    .filter(([, wrong]) => wrong <= WRONG)
    .sort(([, a], [, b]) => a - b);
  return best?.[0] ?? null;
}

/** How many letters are added, left out or others. @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= Math.min(a.length, 40); i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] + Math.max(0, a.length - 40);
}
