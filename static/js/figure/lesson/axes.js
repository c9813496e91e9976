/** @file The axes of a chapter's figure: blocks along, decades up. Pure. */
import { decadeTicks } from '../scale.js';
import { stagesOf } from './readings.js';
import { line, node, words } from './scene.js';

/** @typedef {import('./scene.js').Node} Node */
/**
 * @typedef {object} Axes where a block and a decade lie
 * @property {(block: number) => number} x of a block, from 0
 * @property {(log: number) => number} y of a log10, held inside
 * @property {(y: number) => number} log of a place
 * @property {{left: number, right: number, top: number, bottom: number}} area
 */

/** Below this a figure is one of a phone. */
export const NARROW = 480;

/**
 * Lay out axes.
 *
 * @param {{width: number, height: number, top?: number, bottom?: number, low: number, high: number, count: number}} of
 * @returns {Axes}
 */
export function axesOf({ width, height, top = 30, bottom = height - 44, low, high, count }) {
  const narrow = width < NARROW;
  const area = { left: narrow ? 50 : 64, right: width - (narrow ? 22 : 34), top, bottom };
  const inner = { left: area.left + (narrow ? 20 : 26), right: area.right - 8 };
  return {
    area,
    x: (block) => inner.left + (count > 1 ? block / (count - 1) : 0.5) * (inner.right - inner.left),
    y: (log) => bottom - ((Math.min(high, Math.max(low, log)) - low) / (high - low)) * (bottom - top),
    log: (y) => Math.min(high, Math.max(low, low + ((bottom - y) / (bottom - top)) * (high - low))),
  };
}

/** The decades' lines and names. @param {Axes} axes @param {number} low @param {number} high @param {number} [most] */
export function decades({ area, y }, low, high, most = 6) {
  const { values, texts } = decadeTicks([low, high], most);
  return values.flatMap((value, i) => [
    line(area.left, y(value), area.right, y(value), value === 0 ? 'unit' : 'grid'),
    words(area.left - 6, y(value) + 4, texts[i], 'tick', 'end'),
  ]);
}

/**
 * The blocks' numbers and where a stage begins.
 *
 * @param {Axes} axes
 * @param {string[]} blocks
 */
export function depth({ area, x }, blocks) {
  const stages = stagesOf(blocks);
  const last = blocks.length - 1;
  const numbered = [...new Set([...stages.map(({ from }) => from), last])];
  const near = (x(1) - x(0)) * 2.5;
  return [
    ...stages.slice(1).map(({ from }) => line(x(from - 0.5), area.top, x(from - 0.5), area.bottom, 'stage')),
    ...numbered
      .filter((at) => at === last || at === 0 || (x(last) - x(at) > 26 && x(at) - x(0) > Math.min(26, near)))
      .map((at) => words(x(at), area.bottom + 16, String(at + 1), 'tick', 'middle')),
    words(
      (area.left + area.right) / 2,
      area.bottom + 33,
      'block: image on the left, loss on the right',
      'axis',
      'middle',
    ),
  ];
}

/** The title of the upward axis. @param {Axes} axes @param {string} text @param {number} width */
export function upwards({ area }, text, width) {
  if (width < NARROW) return words(area.left - 44, area.top - 14, text, 'axis');
  const [x, y] = [14, (area.top + area.bottom) / 2];
  return node('text', { x, y, class: 'axis', 'text-anchor': 'middle', transform: `rotate(-90 ${x} ${y})` }, text);
}
