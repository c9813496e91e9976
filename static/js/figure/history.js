/**
 * @file Every recorded step of a run in typed arrays, one row a step; thinned with age when full,
 * so that memory stays flat however long the run.
 *
 * Numbers are held as log10 in 32 bits, which keeps four significant digits at any magnitude and says
 * what is no number: -Infinity is an exact zero, Infinity is not finite, NaN was not measured or does
 * not apply. `Math.log10` of a shown value (see `Columns`) gives the same code. Cosines, which have a sign, are held
 * as they are.
 */
import { sameNet } from './measured.js';

/** @typedef {'activation_rms'|'gradient_rms'|'zero_fraction'|'nonfinite'|'dead_units'} TapColumn one number a tap */
/** @typedef {'weight_gradient_norm'|'update_ratio'} WeightColumn one number a conv or linear layer */
/**
 * @typedef {'residual_rms'|'identity_rms'|'residual_gradient_norm'|'identity_gradient_norm'|SignedColumn} BlockColumn
 *   one number a block
 */
/** @typedef {'descent_cosine'|'successive_cosine'} SignedColumn a cosine, -1 to 1 */
/** @typedef {TapColumn|WeightColumn|BlockColumn} ColumnName */

/**
 * The values of one step of one variant: raw numbers, 0 an exact zero, Infinity not finite, NaN not measured or not
 * applicable.
 * @typedef {Record<ColumnName, Float64Array>} Columns
 */

/**
 * @typedef {object} VariantHistory
 * @property {Record<ColumnName, number>} width numbers a row
 * @property {Record<ColumnName, Float32Array>} data row r of a column is `data.subarray(r * width, (r + 1) * width)`,
 *   log10, or the cosine itself
 * @property {Float64Array} loss raw, Infinity where not finite
 * @property {Float64Array} accuracy 0 to 1
 * @property {Float64Array} test accuracy on the images held out, NaN where it was not due
 * @property {import('../wire').Finding[][]} findings of the server's diagnosis
 * @property {string[][]} dropped blocks whose F was not computed
 * @property {Record<string, number>[]} logged numbers that the caller of a run elsewhere gave
 * @property {import('../wire').Net[]} nets the network that was measured
 */

/**
 * @typedef {object} History
 * @property {number} length rows in use
 * @property {number} capacity rows before the older half is thinned
 * @property {symbol} generation another one when rows were thinned or all is new: draw everything anew; else only rows
 *   were added
 * @property {Float64Array} steps the step of each row, ascending
 * @property {Float64Array} elapsed seconds since the run began
 * @property {Float64Array} lr
 * @property {(string|null)[]} comparisons what the server said of the networks side by side
 * @property {(import('./batch.js').Batch|null)[]} batches the first images of each batch, and the networks' answers
 * @property {(import('../wire').Headline|null)[]} headlines the pieces of the line above the diagram
 * @property {VariantHistory[]} variants
 */

/** @type {readonly TapColumn[]} */
export const TAP_COLUMNS = ['activation_rms', 'gradient_rms', 'zero_fraction', 'nonfinite', 'dead_units'];
/** @type {readonly WeightColumn[]} */
export const WEIGHT_COLUMNS = ['weight_gradient_norm', 'update_ratio'];
/** @type {readonly BlockColumn[]} */
export const BLOCK_COLUMNS = [
  'residual_rms',
  'identity_rms',
  'residual_gradient_norm',
  'identity_gradient_norm',
  'descent_cosine',
  'successive_cosine',
];
/** @type {readonly ColumnName[]} */
const SIGNED = ['descent_cosine', 'successive_cosine'];
/** @type {readonly ColumnName[]} */
export const COLUMNS = [...TAP_COLUMNS, ...WEIGHT_COLUMNS, ...BLOCK_COLUMNS];

/** Cosines have a sign; all others are magnitudes, shares or counts. @param {ColumnName} name */
export function isSigned(name) {
  return SIGNED.includes(name);
}

const BYTES = 48e6;
const ROWS = [64, 2048];

/**
 * Make an empty history for variants with these numbers of taps, weights and blocks.
 *
 * @param {{taps: number, weights: number, blocks: number}[]} sizes
 * @param {number} [capacity] rows; by default as many as fit in 48 MB, 64 to 2048
 * @returns {History}
 */
export function createHistory(sizes, capacity) {
  const perRow = sizes.reduce((sum, s) => sum + 4 * (5 * s.taps + 2 * s.weights + 6 * s.blocks), 0);
  const rows = capacity ?? Math.max(ROWS[0], Math.min(ROWS[1], Math.floor(BYTES / Math.max(1, perRow))));
  return {
    length: 0,
    capacity: rows,
    generation: Symbol('rows'),
    steps: new Float64Array(rows),
    elapsed: new Float64Array(rows),
    lr: new Float64Array(rows),
    comparisons: [],
    batches: [],
    headlines: [],
    variants: sizes.map((size) => {
      const width = /** @type {Record<ColumnName, number>} */ ({});
      const data = /** @type {Record<ColumnName, Float32Array>} */ ({});
      for (const name of COLUMNS) {
        width[name] = widthOf(name, size);
        data[name] = new Float32Array(rows * width[name]);
      }
      return {
        width,
        data,
        loss: new Float64Array(rows),
        accuracy: new Float64Array(rows),
        test: new Float64Array(rows),
        findings: [],
        dropped: [],
        logged: [],
        nets: [],
      };
    }),
  };
}

/** @param {ColumnName} name @param {{taps: number, weights: number, blocks: number}} size */
function widthOf(name, size) {
  if (TAP_COLUMNS.includes(/** @type {TapColumn} */ (name))) return size.taps;
  return WEIGHT_COLUMNS.includes(/** @type {WeightColumn} */ (name)) ? size.weights : size.blocks;
}

/**
 * Add a row; a step not after the last one is left out (an event that came twice).
 *
 * Rows already in use are never written again, so an older History that shares the arrays stays true.
 *
 * @param {History} history
 * @param {{step: number, elapsed: number, lr: number, comparison?: string|null, headline?:
 *   import('../wire').Headline|null, batch?: import('./batch.js').Batch|null,
 *   variants: {loss: number, accuracy: number, test?: number,
 *   findings?: import('../wire').Finding[], dropped?: string[], logged?: Record<string, number>, net:
 *   import('../wire').Net, values: Columns}[]}} row
 * @returns {History}
 */
export function append(history, row) {
  if (history.length > 0 && row.step <= history.steps[history.length - 1]) return history;
  const into = history.length === history.capacity ? thin(history) : history;
  const at = into.length;
  into.steps[at] = row.step;
  into.elapsed[at] = row.elapsed;
  into.lr[at] = row.lr;
  into.comparisons[at] = row.comparison ?? null;
  into.batches[at] = row.batch ?? null;
  into.headlines[at] = row.headline ?? null;
  into.variants.forEach((variant, v) => {
    const { loss, accuracy, test = NaN, findings, dropped, logged, net, values } = row.variants[v];
    const before = variant.nets[at - 1];
    variant.loss[at] = loss;
    variant.accuracy[at] = accuracy;
    variant.test[at] = test;
    variant.findings[at] = findings ?? [];
    variant.dropped[at] = dropped ?? [];
    variant.logged[at] = logged ?? {};
    variant.nets[at] = before && sameNet(before, net) ? before : net;
    for (const name of COLUMNS) {
      const { width, data } = variant;
      const from = values[name];
      const start = at * width[name];
      for (let i = 0; i < width[name]; i += 1) data[name][start + i] = isSigned(name) ? from[i] : Math.log10(from[i]);
    }
  });
  return { ...into, length: at + 1 };
}

/**
 * Leave out every other row of the older half; the first row stays. Repeated, this spaces old rows by powers of two.
 *
 * @param {History} history
 * @returns {History}
 */
export function thin(history) {
  const half = history.length >> 1;
  const keep = [];
  for (let row = 0; row < history.length; row += 1) if (row >= half || row % 2 === 0) keep.push(row);
  const sizes = history.variants.map(({ width }) => ({
    taps: width.gradient_rms,
    weights: width.weight_gradient_norm,
    blocks: width.residual_rms,
  }));
  const thinned = createHistory(sizes, history.capacity);
  keep.forEach((from, to) => {
    thinned.steps[to] = history.steps[from];
    thinned.elapsed[to] = history.elapsed[from];
    thinned.lr[to] = history.lr[from];
    thinned.comparisons[to] = history.comparisons[from];
    thinned.batches[to] = history.batches[from];
    thinned.headlines[to] = history.headlines[from];
    thinned.variants.forEach((variant, v) => {
      const old = history.variants[v];
      variant.loss[to] = old.loss[from];
      variant.accuracy[to] = old.accuracy[from];
      variant.test[to] = old.test[from];
      variant.findings[to] = old.findings[from];
      variant.dropped[to] = old.dropped[from];
      variant.logged[to] = old.logged[from];
      variant.nets[to] = old.nets[from];
      for (const name of COLUMNS) {
        const w = variant.width[name];
        variant.data[name].set(old.data[name].subarray(from * w, (from + 1) * w), to * w);
      }
    });
  });
  return { ...thinned, length: keep.length };
}

/**
 * Find the row of a step, or of the last recorded step before it; -1 where there is none.
 *
 * @param {History} history
 * @param {number} step
 */
export function rowOf(history, step) {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (history.steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Read one row of one variant as raw numbers.
 *
 * @param {History} history
 * @param {number} variant
 * @param {number} row
 * @returns {Columns}
 */
export function readRow(history, variant, row) {
  const { width, data } = history.variants[variant];
  const columns = /** @type {Columns} */ ({});
  for (const name of COLUMNS) {
    const w = width[name];
    const numbers = data[name].subarray(row * w, (row + 1) * w);
    columns[name] = Float64Array.from(numbers, isSigned(name) ? undefined : (log) => 10 ** log);
  }
  return columns;
}
