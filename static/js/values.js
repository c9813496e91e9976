/**
 * @file The wire's columns as typed arrays that tell zero, not finite and not measured apart.
 */
import { BLOCK_COLUMNS, COLUMNS, TAP_COLUMNS } from './history.js';

/** @typedef {import('./history.js').ColumnName} ColumnName */
/** @typedef {import('./history.js').Columns} Columns */

/** A value without a meaning here: the identity's part where the skip is off. */
const ABSENT = NaN;

/**
 * Decode `values` of a step or probe: 0 stays an exact zero, `null` becomes Infinity where the number was not
 * finite and NaN where it was not measured or does not apply.
 *
 * @param {Record<string, (number|null)[]>} values
 * @param {{taps: string[], weights: string[], blocks: string[]}} names
 * @param {boolean[]} skips of the net when it was measured
 * @returns {Columns}
 */
export function decodeValues(values, names, skips) {
  const columns = emptyColumns(names);
  for (const name of COLUMNS) {
    const from = values[name];
    if (!from) continue;
    const into = columns[name];
    for (let i = 0; i < into.length; i += 1) {
      const value = from[i];
      into[i] = value ?? (isLost(name, i, values, skips) ? Infinity : ABSENT);
    }
  }
  return columns;
}

/**
 * Tell whether a `null` stands for a number that was not finite.
 *
 * @param {ColumnName} name
 * @param {number} index
 * @param {Record<string, (number|null)[]>} values
 * @param {boolean[]} skips
 */
function isLost(name, index, values, skips) {
  if (TAP_COLUMNS.some((column) => column === name)) return (values.nonfinite?.[index] ?? 0) > 0;
  if (name === 'identity_rms' || name === 'identity_gradient_norm') return skips[index] === true && someLost(values);
  if (BLOCK_COLUMNS.some((column) => column === name) || name === 'weight_gradient_norm') return someLost(values);
  return false;
}

/** @param {Record<string, (number|null)[]>} values */
function someLost(values) {
  return (values.nonfinite ?? []).some((count) => (count ?? 0) > 0);
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
    activation_rms: of(names.taps), gradient_rms: of(names.taps), zero_fraction: of(names.taps), nonfinite: of(names.taps),
    weight_gradient_norm: of(names.weights), update_ratio: of(names.weights),
    residual_rms: of(names.blocks), identity_rms: of(names.blocks),
    residual_gradient_norm: of(names.blocks), identity_gradient_norm: of(names.blocks),
  };
}
