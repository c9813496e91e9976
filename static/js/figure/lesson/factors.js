/** @file The chain rule as a product: a bar for the factor of each block, and the same bars, each where the last one
 *   ended, which are the gradient's curve. Pure. */
import { formatNumber } from '../scale.js';
import { axesOf, decades, depth } from './axes.js';
import { factorLogs, relativeLogs } from './readings.js';
import { box, line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */

/** Below this a title and what explains it do not stand on one line. */
const ROOMY = 700;

/**
 * Draw the figure.
 *
 * @param {{readings: Reading[], covered?: boolean, width: number, height: number}} shown
 * @returns {Scene}
 */
export function factorScene({ readings, covered = false, width, height }) {
  const reading = readings[readings.length - 1];
  const [factors, logs] = [factorLogs(reading), relativeLogs(reading)];
  const count = reading.blocks.length;
  const [least, most] = reach(factors, 0.25);
  const split = Math.round(height * 0.34);
  const above = axesOf({ width, height, top: 34, bottom: split - 8, low: least, high: most, count });
  const [lowest, high] = reach(logs, 1).map((edge, i) => (i === 0 ? Math.floor(edge) : Math.ceil(edge)));
  const low = Math.floor(lowest - Math.max(0.7, (high - lowest) * 0.14)); // the product's name stands below the curve
  const below = axesOf({ width, height, top: split + 34, low, high, count });
  const thick = Math.min(24, (above.x(1) - above.x(0)) * 0.74);
  const product = formatNumber(10 ** logs[0]);
  return {
    width,
    height,
    label: `${reading.label}: ${factors.length} factors of blocks, whose product is ${product}`,
    in: [
      words(above.area.left, 16, 'The factor of each block', 'strong'),
      ...(width < ROOMY
        ? []
        : [words(above.area.right, 16, 'gradient it hands back, over the one it got', 'axis', 'end')]),
      ...rungs(above, least, most),
      ...factors.map((log, i) => bar(above, i + 1, 0, log, thick, `block ${i + 2}: × ${formatNumber(10 ** log)}`)),
      words(below.area.left, split + 16, 'Multiplied, from the loss back to block 1', 'strong'),
      ...(width < ROOMY
        ? []
        : [words(below.area.right, split + 16, 'the same bars, each where the last one ended', 'axis', 'end')]),
      ...decades(below, low, high, 6),
      ...depth(below, reading.blocks),
      ...(covered ? [] : chain(below, logs, thick, product)),
      ...(covered
        ? [
            box(
              below.area.left + 2,
              below.area.top,
              below.area.right - below.area.left - 4,
              below.area.bottom - below.area.top,
              'cover',
            ),
            words(
              (below.area.left + below.area.right) / 2,
              (below.area.top + below.area.bottom) / 2,
              'Covered until you commit',
              'strong',
              'middle',
            ),
          ]
        : []),
    ],
  };
}

/**
 * From 1 to what is reached, with some air.
 *
 * @param {number[]} logs @param {number} least
 * @returns {[number, number]}
 */
function reach(logs, least) {
  const finite = logs.filter(Number.isFinite);
  return [Math.min(-least, ...finite) - 0.1, Math.max(least, ...finite) + 0.1];
}

/** @param {import('./axes.js').Axes} axes @param {number} low @param {number} high */
function rungs({ area, y }, low, high) {
  const all = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
  const shown = all.filter((one) => Math.log10(one) >= low && Math.log10(one) <= high);
  return shown.flatMap((one) => [
    line(area.left, y(Math.log10(one)), area.right, y(Math.log10(one)), one === 1 ? 'unit' : 'grid'),
    words(area.left - 6, y(Math.log10(one)) + 4, String(one), 'tick', 'end'),
  ]);
}

/**
 * @param {import('./axes.js').Axes} axes @param {number} block from 0 @param {number} from log10 @param {number} to
 * @param {number} thick @param {string} said
 * @returns {Node}
 */
function bar({ x, y }, block, from, to, thick, said) {
  const held = Number.isFinite(to) ? to : -Infinity;
  const [start, end] = [y(from), y(held)];
  return node(
    'rect',
    {
      x: round(x(block) - thick / 2),
      y: round(Math.min(start, end)),
      width: round(thick),
      height: round(Math.max(1, Math.abs(end - start))),
      class: to > from ? 'bar more' : 'bar',
    },
    node('title', {}, said),
  );
}

/** @param {import('./axes.js').Axes} axes @param {number[]} logs @param {number} thick @param {string} product */
function chain(axes, logs, thick, product) {
  const { x, y, area } = axes;
  const last = logs.length - 1;
  const d = logs.flatMap((log, b) => (Number.isFinite(log) ? [`${round(x(b))},${round(y(log))}`] : [])).join('L');
  const at = y(Number.isFinite(logs[0]) ? logs[0] : -Infinity);
  return [
    ...logs
      .slice(1)
      .map((log, i) =>
        bar(
          axes,
          i + 1,
          log,
          logs[i],
          thick,
          `block ${i + 2}: ${power(log)} × ${power(logs[i] - log)} = ${power(logs[i])}`,
        ),
      ),
    node('path', { d: `M${d}`, class: 'curve net' }),
    node('circle', { cx: round(x(last)), cy: round(y(0)), r: 4.5, class: 'dot net' }),
    node('circle', { cx: round(x(0)), cy: round(at), r: 4.5, class: 'dot net' }),
    words(
      x(0) + 12,
      at + 18 < area.bottom ? at + 18 : at - 10,
      `the product: ${product}${logs[0] === -Infinity ? ', too small for 32 bits' : ''}`,
      'strong',
    ),
  ];
}

/** @param {number} log10 */
function power(log10) {
  return formatNumber(10 ** log10);
}
