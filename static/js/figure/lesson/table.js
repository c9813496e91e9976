/** @file Four networks as a table, skip or not by normalisation or not: a ratio in each cell, and where it lies on one
 *   log axis. Pure. */
import { formatDecade, formatNumber } from '../scale.js';
import { NARROW } from './axes.js';
import { relativeLogs } from './readings.js';
import { line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */

const NORMS = /** @type {Record<string, string>} */ ({
  none: 'no normalisation',
  batch: 'BatchNorm',
  group: 'GroupNorm',
});

/**
 * Draw the table.
 *
 * @param {{readings: Reading[], low: number, high: number, covered?: boolean, width: number, height: number}} shown
 * @returns {Scene}
 */
export function tableScene({ readings, low, high, covered = false, width, height }) {
  const norms = [...new Set(readings.map(({ made }) => made.norm))];
  const rows = [...new Set(readings.map(skipped))];
  const [left, top] = [width < NARROW ? 62 : 120, 58];
  const [wide, tall] = [(width - left - 8) / norms.length, (height - top - 26) / rows.length];
  /** @param {Reading} one */
  const cell = (one) => {
    const x = left + norms.indexOf(one.made.norm) * wide;
    return drawn(one, covered, x, top + rows.indexOf(skipped(one)) * tall, wide - 10, tall - 10, low, high);
  };
  return {
    width,
    height,
    label: readings
      .map((one) => `${one.label}, ${NORMS[one.made.norm]}: ${covered ? 'covered' : ratio(one)}`)
      .join('; '),
    in: [
      words(left, 16, 'Gradient at the first block over that at the last', 'axis'),
      ...norms.map((norm, c) => words(left + (c + 0.5) * wide - 5, 44, NORMS[norm] ?? norm, 'strong', 'middle')),
      ...rows.flatMap((name, r) =>
        name.split(' ').map((word, i) => words(left - 12, top + (r + 0.45) * tall + 17 * i, word, 'strong', 'end')),
      ),
      ...readings.flatMap(cell),
      words(left, height - 6, `bars: ${formatDecade(low)} to ${formatDecade(high)}, log; the mark is 1`, 'axis'),
    ],
  };
}

/** @param {Reading} reading */
function skipped({ skips }) {
  return skips.some(Boolean) ? 'with skips' : 'no skips';
}

/** @param {Reading} reading */
function ratio(reading) {
  return formatNumber(10 ** relativeLogs(reading)[0]);
}

/**
 * @param {Reading} reading @param {boolean} covered @param {number} x @param {number} y @param {number} w
 * @param {number} h @param {number} low @param {number} high
 * @returns {Node[]}
 */
function drawn(reading, covered, x, y, w, h, low, high) {
  const at = (/** @type {number} */ log) =>
    x + 14 + ((Math.min(high, Math.max(low, log)) - low) / (high - low)) * (w - 28);
  const [log] = relativeLogs(reading);
  const bar = y + h - 30;
  const [from, to] = [at(0), at(Number.isFinite(log) ? log : low)];
  return [
    node('rect', { x: round(x), y: round(y), width: round(w), height: round(h), rx: 8, class: 'layer' }),
    words(x + w / 2, y + 26, reading.label, 'axis', 'middle'),
    words(x + w / 2, y + h / 2 + 8, covered ? '?' : ratio(reading), 'large', 'middle'),
    line(x + 14, bar, x + w - 14, bar, 'grid'),
    ...(covered
      ? []
      : [
          node('rect', {
            x: round(Math.min(from, to)),
            y: bar - 6,
            width: round(Math.max(2, Math.abs(to - from))),
            height: 12,
            class: to > from ? 'bar more' : 'bar',
          }),
        ]),
    line(from, bar - 10, from, bar + 10, 'unit'),
  ];
}
