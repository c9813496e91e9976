/** @file The gradient by block, over that at the last one: measurement and prediction in the same axes. Pure. */
import { formatNumber } from '../scale.js';
import { axesOf, decades, depth, NARROW, upwards } from './axes.js';
import { gains, gainsRoom } from './gains.js';
import { placeNames } from './labels.js';
import { relativeLogs } from './readings.js';
import { box, line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Node} Node */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {{at: number[], logs: number[]}} Prediction log10 at some blocks, counted from 1 */
/**
 * @typedef {object} Shown
 * @property {Reading[]} readings the last one is spoken of
 * @property {Reading[]} [before] what was measured before the reader changed something
 * @property {Prediction|null} [prediction]
 * @property {boolean} [covered] whether only the axes, what was known before, and the prediction are shown
 * @property {boolean} [known] whether nothing new was measured: `before` is all there is
 * @property {number} low
 * @property {number} high
 * @property {number} width
 * @property {number} height
 */

const AXIS = 'gradient, over that at the last block';

/** @param {Shown} shown */
export function profileAxes({ readings, low, high, width, height }) {
  const count = Math.max(...readings.map(({ blocks }) => blocks.length));
  return axesOf({ width, height, low, high, count });
}

/** Draw the figure. @param {Shown} shown @returns {Scene} */
export function profileScene(shown) {
  const { readings, before = [], prediction = null, covered = false, known = false, low, high, width, height } = shown;
  const axes = profileAxes(shown);
  const longest = readings.reduce((most, one) => (one.blocks.length > most.blocks.length ? one : most));
  const last = readings[readings.length - 1];
  const lines = known ? [] : covered ? readings.slice(0, -1) : readings;
  const compared = !known && before.length > 0;
  const free = compared && isFree(axes, [...before, ...lines], width);
  return {
    width,
    height,
    label: covered ? `${last.label}: covered until you have predicted` : said(last),
    in: [
      ...decades(axes, low, high, height < 320 ? 4 : 6),
      ...depth(axes, longest.blocks),
      upwards(axes, AXIS, width),
      ...(covered ? cover(axes) : []),
      ...before.flatMap((one) => curve(axes, one, 'before', low)),
      ...lines.flatMap((one) => curve(axes, one, one === last && lines.length > 1 ? 'net second' : 'net', low)),
      ...names(axes, lines, before, width, free),
      ...(free ? gains(axes, before[before.length - 1], last, width) : []),
      ...(prediction ? predicted(axes, prediction, last.blocks.length) : []),
      ...(covered ? note(axes, width, lines) : []),
      ...(covered || known
        ? []
        : measured(axes, last, prediction, low, lines, takenBy(axes, namesOf(lines, before), free, width))),
    ],
  };
}

/** @param {Reading} reading */
function said(reading) {
  const { label, blocks } = reading;
  const first = formatNumber(10 ** relativeLogs(reading)[0]);
  return `${label}: the gradient at block 1 is ${first} times that at block ${blocks.length}`;
}

/**
 * Do all lines leave the room on the upper left?
 *
 * @param {import('./axes.js').Axes} axes @param {Reading[]} lines @param {number} width
 */
function isFree(axes, lines, width) {
  const { right, bottom } = gainsRoom(axes, width);
  return lines.every((one) => relativeLogs(one).every((log, b) => axes.x(b) > right || axes.y(log) > bottom));
}

/** @param {import('./axes.js').Axes} axes */
function cover({ area }) {
  return [box(area.left + 2, area.top + 2, area.right - area.left - 4, area.bottom - area.top - 4, 'cover')];
}

/**
 * The cover's note, on none of the lines that are known, and over the reader's own.
 *
 * @param {import('./axes.js').Axes} axes @param {number} width @param {Reading[]} lines
 */
function note({ area, y: at }, width, lines) {
  const middle = (area.left + area.right) / 2;
  const centre = (area.top + area.bottom) / 2;
  const passing = lines.map((one) => at(relativeLogs(one)[Math.floor(one.blocks.length / 2)] ?? 0));
  const y =
    [centre, area.bottom - 44, area.top + 44].find((one) => passing.every((y) => Math.abs(y - one) > 42)) ?? centre;
  const half = width < NARROW ? 102 : 125;
  return [
    node('rect', { x: middle - half, y: y - 26, width: 2 * half, height: 52, rx: 6, class: 'note' }),
    words(middle, y - 4, 'Covered until you commit', 'strong', 'middle'),
    words(middle, y + 14, 'then measured in these axes', 'axis', 'middle'),
  ];
}

/**
 * A line with a dot a block; a value that is no number is a mark at the edge.
 *
 * @param {import('./axes.js').Axes} axes @param {Reading} reading @param {string} name @param {number} low
 * @returns {Node[]}
 */
function curve({ x, y }, reading, name, low) {
  const logs = relativeLogs(reading);
  let d = '';
  logs.forEach((log, b) => {
    if (Number.isFinite(log)) d += `${d && Number.isFinite(logs[b - 1]) ? 'L' : 'M'}${round(x(b))},${round(y(log))}`;
  });
  const title = (/** @type {number} */ b) =>
    node('title', {}, `block ${b + 1}, ${reading.label}: ${formatNumber(10 ** logs[b])}`);
  const dots = logs.map((log, b) =>
    Number.isFinite(log)
      ? node('circle', { cx: round(x(b)), cy: round(y(log)), r: b === 0 ? 5 : 2.4, class: `dot ${name}` }, title(b))
      : node('circle', { cx: round(x(b)), cy: round(y(low)), r: 4, class: `zero ${name}` }, title(b)),
  );
  return [node('path', { d: d || 'M0,0', class: `curve ${name}` }), ...dots];
}

/**
 * Each line's name, one under the other: below the right end, or on the upper left where that is free.
 *
 * @param {import('./axes.js').Axes} axes @param {Reading[]} lines @param {Reading[]} before @param {number} width
 * @param {boolean} free
 */
function names({ area }, lines, before, width, free) {
  const all = namesOf(lines, before);
  if (all.length < 2 && width < NARROW) return [];
  const [x, y] = free ? [area.left + 14, area.top + 16] : cornerOf(area, all);
  return all.flatMap(({ label, name }, i) => [
    line(x, y + 17 * i - 4, x + 20, y + 17 * i - 4, `curve ${name}`),
    words(x + 26, y + 17 * i, label, `name ${name}`),
  ]);
}

/** @param {Reading[]} lines @param {Reading[]} before */
function namesOf(lines, before) {
  return [
    ...before.map(({ label }) => ({ label: lines.length > 0 ? `${label}, before` : label, name: 'before' })),
    ...lines.map(({ label }, i) => ({ label, name: i > 0 ? 'net second' : 'net' })),
  ];
}

/**
 * The place of the first name, below the right end.
 *
 * @param {import('./axes.js').Axes['area']} area @param {{label: string}[]} all
 * @returns {[number, number]}
 */
function cornerOf(area, all) {
  const longest = Math.max(...all.map(({ label }) => label.length));
  return [area.right - Math.max(150, 32 + 6.6 * longest), area.bottom - 14 - 17 * (all.length - 1)];
}

/**
 * The room of the lines' names, and of the bars below them.
 *
 * @param {import('./axes.js').Axes} axes @param {{label: string}[]} all @param {boolean} free @param {number} width
 * @returns {import('./labels.js').Taken[]}
 */
function takenBy(axes, all, free, width) {
  const { area } = axes;
  if (free) return [{ left: area.left, top: area.top, bottom: gainsRoom(axes, width).bottom }];
  const [left, top] = cornerOf(area, all);
  return all.length < 2 && width < NARROW ? [] : [{ left, top: top - 13, bottom: area.bottom }];
}

/** @param {import('./axes.js').Axes} axes @param {Prediction} prediction @param {number} count */
function predicted({ x, y }, { at, logs }, count) {
  const points = pointsOf({ at, logs }, count);
  const d = points.map(([block, log], i) => `${i > 0 ? 'L' : 'M'}${round(x(block - 1))},${round(y(log))}`).join('');
  return [
    node('path', { d, class: 'yours' }),
    ...at.map((block, i) => node('circle', { cx: round(x(block - 1)), cy: round(y(logs[i])), r: 6, class: 'yours' })),
  ];
}

/**
 * The measured number at the first block, and how far it is from the predicted one.
 *
 * @param {import('./axes.js').Axes} axes @param {Reading} reading @param {Prediction|null} prediction
 * @param {number} low @param {Reading[]} drawn @param {import('./labels.js').Taken[]} taken
 */
function measured({ x, y, area }, reading, prediction, low, drawn, taken) {
  const [first] = relativeLogs(reading);
  const at = Number.isFinite(first) ? y(first) : y(low);
  const side = x(0) + 12;
  const text = `measured: ${formatNumber(10 ** first)}`;
  const lines = drawn.map((one) =>
    relativeLogs(one).map((log, b) => /** @type {[number, number]} */ ([x(b), Number.isFinite(log) ? y(log) : NaN])),
  );
  const room = { x: side, top: area.top - 2, bottom: area.bottom, lines, taken };
  const index = prediction ? prediction.at.indexOf(1) : -1;
  if (!prediction || index < 0) {
    const [down] = placeNames([{ text, point: at, at: beside(at) }], room);
    return [words(side, down, text, 'strong')];
  }
  const log = prediction.logs[index];
  const mine = y(log);
  const apart = Math.abs(log - first);
  const above = mine < at;
  const far = apart >= 1 && Math.abs(mine - at) >= 60;
  const middle = (mine + at) / 2;
  const own = `you: ${formatNumber(10 ** log)}`;
  const drawing = pointsOf(prediction, reading.blocks.length).map(
    ([block, one]) => /** @type {[number, number]} */ ([x(block - 1), y(one)]),
  );
  const note = { left: side, top: middle - 13, bottom: middle + 13 };
  const [yours, theirs] = placeNames(
    [
      { text: own, point: mine, at: beside(mine, above) },
      { text, point: at, at: beside(at, !above) },
    ],
    { ...room, lines: [...lines, drawing], taken: far ? [...taken, note] : taken },
  );
  const next = side + 7.6 * text.length + 12;
  const together = Math.abs(yours - theirs) < 14;
  const found = [
    // it says no more than the ring where there is no room for it
    ...(together ? [] : [words(side, yours, own, 'you')]),
    ...(together && next + 8 * own.length < area.right ? [words(next, theirs, own, 'you')] : []),
    words(side, theirs, text, 'strong'),
  ];
  if (!far) return found;
  return [
    line(x(0), mine + (above ? 8 : -8), x(0), at - (above ? 8 : -8), 'apart'),
    node('rect', { x: side, y: middle - 13, width: 190, height: 26, rx: 6, class: 'note' }),
    words(
      side + 9,
      middle + 4,
      `${Math.round(apart)} ${Math.round(apart) === 1 ? 'power' : 'powers'} of ten apart`,
      'strong',
    ),
    ...found,
  ];
}

/** The heights that a name beside its point may have. @param {number} point @param {boolean} [above] first */
function beside(point, above = false) {
  return (above ? [-12, 20, -30, 38] : [20, -12, 38, -30]).map((by) => point + by);
}

/** The points of a prediction; it ends at 1 at the last block. @param {Prediction} prediction @param {number} count */
function pointsOf({ at, logs }, count) {
  const known = at.includes(count) ? [] : [[count, 0]];
  return [...at.map((block, i) => [block, logs[i]]), ...known];
}
