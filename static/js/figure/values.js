/**
 * @file The wire's columns as typed arrays that tell zero, not finite and not measured apart.
 */
import { COLUMNS } from './history.js';

/** @typedef {import('./history.js').ColumnName} ColumnName */
/** @typedef {import('./history.js').Columns} Columns */

/** A value without a meaning here: the identity's part where the skip is off. */
const ABSENT = NaN;
/** What the names of a shortcut's weights hold. */
const SHORTCUT = /\.(downsample|gate)\./;

/**
 * Decode `values` of a step or probe: 0 stays an exact zero, `null` becomes Infinity where the number was not
 * finite and NaN where it was not measured or does not apply.
 *
 * @param {Record<string, (number|string|null)[]>} values words are numbers that were not finite
 * @param {{taps: string[], weights: string[], blocks: string[]}} names
 * @param {boolean[]} skips of the net when it was measured
 * @param {string[]} [dropped] blocks whose F was not computed in this step
 * @returns {Columns}
 */
export function decodeValues(values, names, skips, dropped = []) {
  const columns = emptyColumns(names);
  const some = (values.nonfinite ?? []).some((count) => Number(count ?? 0) > 0);
  const cut = names.blocks.filter((_, b) => !skips[b]);
  for (const name of COLUMNS) {
    const from = values[name];
    if (!from) continue;
    const into = columns[name];
    for (let i = 0; i < into.length; i += 1) {
      const value = from[i];
      into[i] = typeof value === 'string' ? Infinity : value ?? (isLost(name, i) ? Infinity : ABSENT);
    }
  }
  return columns;

  /** Does a `null` stand for a number that was not finite? @param {ColumnName} column @param {number} i */
  function isLost(column, i) {
    if (column === 'activation_rms' || column === 'gradient_rms') return Number(values.nonfinite?.[i] ?? 0) > 0;
    if (['zero_fraction', 'nonfinite', 'update_ratio'].includes(column) || !some) return false;
    const name = column === 'weight_gradient_norm' ? names.weights[i] : names.blocks[i];
    const ofShortcut = column.startsWith('identity') || SHORTCUT.test(name);
    return !(ofShortcut ? cut : dropped).some((block) => name === block || name.startsWith(`${block}.`));
  }
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
