/** @file The colour of a variant's line: plain nets violet, residual ones blue, further ones told apart by dashes. */
import { drawnVariants } from '../measured.js';
import { PALETTES } from '../palette.js';

/** @typedef {import('../state.js').State} State */

const DASHES = ['solid', '6px,3px', '2px,3px', '9px,3px,2px,3px'];

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
    return { color: PALETTES[state.theme][hue], dash: DASHES[count % DASHES.length], label };
  });
}
