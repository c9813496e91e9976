/** @file The axes of trainings: steps along, shares from 0 to 1 up, with their cover, curves and names. Pure. */
import { ticksTo } from '../ticks.js';
import { NARROW } from './axes.js';
import { box, line, node, round, words } from './scene.js';

/** @typedef {import('./scene.js').Node} Node */
/**
 * @typedef {object} Shares where a step and a share lie
 * @property {(step: number) => number} x
 * @property {(share: number) => number} y
 * @property {{left: number, right: number, top: number, bottom: number}} area
 * @property {number} middle of the area, along
 * @property {number} centre of the area, up
 * @property {number} end the last step
 */

/**
 * Lay out axes.
 *
 * @param {{width: number, height: number, steps: number[]}} of `steps` that are drawn
 * @returns {Shares}
 */
export function sharesOf({ width, height, steps }) {
  const end = Math.max(1, ...steps);
  const area = { left: width < NARROW ? 46 : 62, right: width - 16, top: 30, bottom: height - 44 };
  return {
    area,
    end,
    middle: (area.left + area.right) / 2,
    centre: (area.top + area.bottom) / 2,
    x: (step) => area.left + (step / end) * (area.right - area.left),
    y: (share) => area.bottom - share * (area.bottom - area.top),
  };
}

/**
 * Draw the axes, with the title of the upward one.
 *
 * @param {Shares} shares @param {string} title @param {number} width
 * @returns {Node[]}
 */
export function shareAxes({ area, end, middle, x, y }, title, width) {
  return [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      line(area.left, y(share), area.right, y(share), 'grid'),
      words(area.left - 6, y(share) + 4, `${share * 100} %`, 'tick', 'end'),
    ]),
    ...ticksTo(end).map((step) => words(x(step), area.bottom + 16, String(step), 'tick', 'middle')),
    words(middle, area.bottom + 33, 'step of the training', 'axis', 'middle'),
    words(width < NARROW ? 4 : area.left, 16, title, 'axis'),
  ];
}

/** The cover of the area until the reader has predicted. @param {Shares} shares @returns {Node[]} */
export function shareCover({ area, middle, centre }) {
  return [
    box(area.left + 2, area.top, area.right - area.left - 4, area.bottom - area.top, 'cover'),
    words(middle, centre, 'Covered until you commit', 'strong', 'middle'),
  ];
}

/**
 * A curve; a dot where it has one point so far.
 *
 * @param {Shares} shares @param {number[]} steps @param {number[]} values @param {string} name of its class
 * @param {...Node} children
 * @returns {Node[]}
 */
export function shareCurve({ x, y }, steps, values, name, ...children) {
  const points = steps.map((step, i) => [round(x(step)), round(y(values[i] ?? 0))]);
  if (points.length === 1) {
    const [[cx, cy]] = points;
    return [node('circle', { cx, cy, r: 3.5, class: `dot ${name}` }, ...children)];
  }
  return [node('path', { d: `M${points.map((at) => at.join(',')).join('L')}`, class: `curve ${name}` }, ...children)];
}

/**
 * The names of curves, one under the other, around the centre.
 *
 * @param {Shares} shares @param {number} left
 * @param {{name: string, text: string}[]} rows @param {string} tone the class of the texts
 * @param {number} [count] of the rows that are centred
 */
export function shareNames({ centre }, left, rows, tone, count = rows.length) {
  const top = centre - 9 * count;
  return rows.flatMap(({ name, text }, i) => [
    line(left, top + 18 * i - 4, left + 20, top + 18 * i - 4, `curve ${name}`),
    words(left + 26, top + 18 * i, text, tone),
  ]);
}

/** @param {number|null|undefined} share */
export function percent(share) {
  return share == null || Number.isNaN(share) ? '—' : `${Number((100 * share).toPrecision(3))} %`;
}
