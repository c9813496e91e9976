/**
 * @file The colour and dash of a variant's line: plain nets violet-grey and dashed, residual ones blue and solid,
 *   further ones in dashes of their own.
 */
import { drawnVariants } from './measured.js';
import { PALETTES } from './palette.js';

/** @typedef {import('../view/state/state.js').State} State */

const DASHES = {
  residual: ['solid', '12px,3px', '9px,3px,2px,3px', '3px,2px,12px,2px'],
  plain: ['6px,3px', '2px,3px', '4px,3px,1px,3px', '6px,2px,2px,2px,2px,2px'],
};

/**
 * The dash of the n-th line of its hue: no two of both hues are alike, so that they are told apart without colour.
 *
 * @param {'residual'|'plain'} hue
 * @param {number} n
 */
export function dashOf(hue, n) {
  return DASHES[hue][n % DASHES[hue].length];
}

/** @param {boolean[]} skips @returns {'residual'|'plain'} */
export function hueOf(skips) {
  return skips.some(Boolean) ? 'residual' : 'plain';
}

/**
 * @param {State} state
 * @returns {{color: string, dash: string, label: string}[]} one a variant
 */
export function variantStyles(state) {
  /** @type {Record<string, number>} */
  const seen = {};
  return drawnVariants(state).map(({ skips, label }) => {
    const hue = hueOf(skips);
    const count = seen[hue] ?? 0;
    seen[hue] = count + 1;
    return { color: PALETTES[state.theme][hue], dash: dashOf(hue, count), label };
  });
}
