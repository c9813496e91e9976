/** @file The numbers of a network's elements before any is known. Pure. */

/**
 * NaN for each of n blocks and for the places between them, and no layer.
 *
 * @param {number} n
 * @returns {import('./quantity.js').Magnitudes}
 */
export function unknownMagnitudes(n) {
  const none = () => new Float64Array(n).fill(NaN);
  return { branch: none(), skip: none(), trunk: new Float64Array(n + 1).fill(NaN), layers: new Map() };
}
