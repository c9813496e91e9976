/**
 * @file Which networks stand beside each other when one is chosen, added, removed or copied, and their letters. Pure.
 */
import { lettersFor } from '../../figure/networks.js';

/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('../../figure/networks.js').Letter} Letter */

/** @param {Pick<Variant, 'letter'>[]} variants */
export function lettersOf(variants) {
  return variants.map(({ letter }) => letter);
}

/**
 * The letters of two copies of a network: the first goes by that of its origin, the second by one that no network on
 * screen has.
 *
 * @param {Pick<Variant, 'letter'>[]} variants @param {number} origin
 * @returns {Letter[]}
 */
export function copied(variants, origin) {
  const now = lettersOf(variants);
  return [now[origin], ...lettersFor(now, now.length + 1).slice(now.length)];
}
