/** @file The gradient after a change of skips over that before, block by block: bars above the profile. Pure. */
import { formatNumber } from '../scale.js';
import { NARROW } from './axes.js';
import { relativeLogs } from './readings.js';
import { line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Node} Node */

/** With a larger one the profile itself shows it. */
const MOST = 50;
/** The bars end there: this share of the axes' width, and so far below their upper edge. */
const END = 0.37;
const LOW = { narrow: 84, wide: 92 };
/** Below the bars stands their name. */
const NAME = 18;

/**
 * The room that names and bars take on the upper left.
 *
 * @param {import('./axes.js').Axes} axes @param {number} width
 */
export function gainsRoom({ area }, width) {
  return {
    right: area.left + END * (area.right - area.left),
    bottom: area.top + NAME + (width < NARROW ? LOW.narrow : LOW.wide),
  };
}

/**
 * Draw the bars on the upper left of a profile, below the names of its lines.
 *
 * @param {import('./axes.js').Axes} axes @param {Reading} before @param {Reading} after @param {number} width
 * @returns {Node[]} none where nothing changed, or so much that bars of one scale would not show the rest
 */
export function gains(axes, before, after, width) {
  const { area } = axes;
  const [old, now] = [relativeLogs(before), relativeLogs(after)];
  const times = now.map((log, b) => 10 ** (log - old[b]));
  const most = Math.max(...times);
  if (!times.every(Number.isFinite) || most > MOST || most < 1.05) return [];
  const narrow = width < NARROW;
  const [left, { right, bottom: end }] = [area.left + 36, gainsRoom(axes, width)];
  const [top, bottom] = [area.top + 50, end - NAME];
  const step = (right - left) / times.length;
  const y = (/** @type {number} */ value) => bottom - (value / most) * (bottom - top);
  const largest = times.indexOf(most);
  return [
    ...times.map((value, b) =>
      node(
        'rect',
        {
          x: round(left + b * step + 0.5),
          y: round(y(value)),
          width: round(Math.max(1, step - 1.5)),
          height: round(bottom - y(value)),
          class: 'gain',
        },
        node('title', {}, `block ${b + 1}: × ${formatNumber(value)}`),
      ),
    ),
    line(left, y(1), right, y(1), 'unit'),
    words(left - 6, y(1) + 4, '× 1', 'tick', 'end'),
    words(left + largest * step, top - 4, `× ${formatNumber(most)}`, 'strong'),
    words(left, bottom + 14, narrow ? 'after / before' : 'after over before, by block', 'axis'),
  ];
}
