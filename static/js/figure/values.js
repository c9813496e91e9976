/**
 * @file The wire's columns as typed arrays that tell zero, not finite and not measured apart.
 */
import { COLUMNS } from './history.js';

/** @typedef {import('./history.js').Columns} Columns */
/** @typedef {import('../wire').WireNumber} WireNumber */

/** A value without a meaning here: the identity's part where the skip is off. */
const ABSENT = NaN;

/**
 * A number as it was sent: a word is Infinity, for it was not finite; null does not apply and is NaN.
 *
 * @param {WireNumber|null|undefined} value
 */
export function numberOf(value) {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Infinity : ABSENT;
}

/**
 * Decode `values` of a step or probe: 0 stays an exact zero, a word becomes Infinity, and null NaN.
 *
 * @param {Partial<import('../wire').Values>} values
 * @param {{taps: string[], weights: string[], blocks: string[]}} names
 * @returns {Columns}
 */
export function decodeValues(values, names) {
  const columns = emptyColumns(names);
  for (const name of COLUMNS) {
    const from = values[name];
    if (!from) continue;
    const into = columns[name];
    for (let i = 0; i < into.length; i += 1) into[i] = numberOf(from[i]);
  }
  return columns;
}

/**
 * A block's F(x) over its shortcut: NaN where one of them does not apply or both are 0, Infinity where one is not
 * finite or the shortcut is 0.
 *
 * @param {Columns} columns @param {number} block
 */
export function branchRatio({ residual_rms, identity_rms }, block) {
  const [f, x] = [residual_rms[block], identity_rms[block]];
  if (Number.isNaN(f) || Number.isNaN(x)) return ABSENT;
  return Number.isFinite(f) && Number.isFinite(x) ? f / x : Infinity;
}

/**
 * Make columns in which nothing was measured.
 *
 * @param {{taps: string[], weights: string[], blocks: string[]}} names
 * @returns {Columns}
 */
export function emptyColumns(names) {
  const of = (/** @type {string[]} */ list) => new Float64Array(list.length).fill(ABSENT);
  return {
    activation_rms: of(names.taps),
    gradient_rms: of(names.taps),
    zero_fraction: of(names.taps),
    nonfinite: of(names.taps),
    dead_units: of(names.taps),
    weight_gradient_norm: of(names.weights),
    update_ratio: of(names.weights),
    residual_rms: of(names.blocks),
    identity_rms: of(names.blocks),
    residual_gradient_norm: of(names.blocks),
    identity_gradient_norm: of(names.blocks),
    descent_cosine: of(names.blocks),
    successive_cosine: of(names.blocks),
  };
}
