/** @file A block from left to right, where there is room: forward above, the gradient backward below, ends aligned. */
import { node, round, words } from '../lesson/scene.js';
import { formatNumber } from '../scale.js';
import { arrow, box, percent, plus, widthsOf, wire } from './marks.js';

/** @typedef {import('../lesson/scene.js').Node} Node */
/** @typedef {import('../lesson/scene.js').Scene} Scene */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('./part.js').Part} Part */
/** @typedef {import('./marks.js').Hue} Hue */

const END = 78;
const FORK = 30;
const ADDITION = 100;
const MOST = 132;
/** All is drawn larger if there is room to spare, so many times at most. */
const MAGNIFIED = 1.25;
const ADDED = ', and at x their parts are added, number by number';
/** The least width for a whole sentence. */
const ROOM = 860;
const ARCH = 62;
const CHAIN = 138;
const BACK = 238;
const BACK_CHAIN = BACK + 78;
const BACK_ARCH = BACK + 168;
const HEIGHT = BACK + 204;

/**
 * Draw a block in a width.
 *
 * @param {Reading} reading @param {number} width
 * @returns {Scene}
 */
export function wideBlock(reading, width) {
  const scale = Math.min(MAGNIFIED, Math.max(1, width / naturalWidth(reading)));
  return drawn(reading, width / scale);
}

/** The width in which every layer has all the room that it can use. @param {Reading} reading */
function naturalWidth({ before, branch, after }) {
  return 2 * END + FORK + ADDITION + MOST * (before.length + branch.length + after.length);
}

/** @param {Reading} reading @param {number} width @returns {Scene} */
function drawn(reading, width) {
  const places = placesOf(reading, width);
  return {
    width: round(width),
    height: HEIGHT,
    label: '',
    in: [...forward(reading, places), ...backward(reading, places, width)],
  };
}

/**
 * @typedef {{x: number, fork: number, plus: number, y: number, pitch: number, before: number[], branch: number[],
 *   after: number[]}} Places of everything, from left to right
 */

/** @param {Reading} reading @param {number} width @returns {Places} */
function placesOf({ before, branch, after }, width) {
  const fixed = 2 * END + FORK + ADDITION;
  const count = before.length + branch.length + after.length;
  const pitch = Math.min(MOST, (width - fixed - 8) / count);
  let at = (width - fixed - pitch * count) / 2;
  const next = (/** @type {number} */ room) => {
    at += room;
    return at - room / 2;
  };
  const row = (/** @type {Part[]} */ parts) => parts.map(() => next(pitch));
  return {
    pitch,
    x: next(END),
    before: row(before),
    fork: next(FORK),
    branch: row(branch),
    plus: next(ADDITION) + ADDITION / 2 - 22,
    after: row(after),
    y: next(END),
  };
}

/** @param {Reading} reading @param {Places} at @returns {Node[]} */
function forward(reading, at) {
  const { on, dropped, x, f, skip, y, after } = reading;
  const width = widthsOf(f.rms, skip.rms);
  const branch = /** @type {Hue} */ (dropped ? 'cut' : on ? 'residual' : 'plain');
  const w = Math.min(108, at.pitch * 0.9);
  const boxes = (/** @type {Part[]} */ parts, /** @type {number[]} */ places, /** @type {Hue} */ hue) =>
    parts.flatMap((part, i) => [
      ...box(part, hue, { x: places[i], y: CHAIN, w, h: 40 }),
      ...(Number.isNaN(part.rms)
        ? []
        : [
            words(places[i], CHAIN + 38, `RMS ${formatNumber(part.rms)}`, 'number', 'middle'),
            ...(Number.isNaN(part.zeros)
              ? []
              : [words(places[i], CHAIN + 53, `zeros ${percent(part.zeros)}`, 'soft', 'middle')]),
          ]),
    ]);
  return [
    words(8, 18, 'Forward', 'heading'),
    wire(`M${round(at.x)},${CHAIN}H${round(at.fork)}`, 'trunk'),
    wire(`M${round(at.fork)},${CHAIN}H${round(at.plus)}`, branch, on ? width.residual : 3),
    wire(`M${round(at.plus)},${CHAIN}H${round(at.y)}`, 'trunk'),
    ...bridge(reading, at, width.identity),
    ...tensor(at.x, 'x', x.shape, formatNumber(x.rms)),
    ...boxes(reading.before, at.before, 'trunk'),
    ...boxes(reading.branch, at.branch, branch),
    words(at.plus - 16, CHAIN - 9, 'F(x)', `strong ${branch}`, 'end'),
    words(at.plus - 16, CHAIN + 20, dropped ? 'dropped' : formatNumber(f.rms), 'number', 'end'),
    ...boxes(after, at.after, 'trunk'),
    ...tensor(at.y, 'y', y.shape, formatNumber(y.rms)),
    ...(on && after.length > 0
      ? [words(at.plus, CHAIN + 38, `s = ${reading.bare ? 'x' : 'shortcut'} + F(x)`, 'soft', 'middle')]
      : []),
  ];
}

/** The shortcut over the branch. @param {Reading} reading @param {Places} at @param {number} width @returns {Node[]} */
function bridge({ on, bare, bridge: words_, shortcut, skip }, at, width) {
  const [a, b] = [round(at.fork), round(at.plus)];
  const middle = (a + b) / 2;
  if (!on)
    return [
      wire(over(a, b, CHAIN, ARCH, -1), 'cut'),
      words(middle, ARCH - 10, 'the skip is cut: y is made of F(x) alone', 'soft', 'middle'),
    ];
  const room = (b - a - 60) / Math.max(1, shortcut.length);
  return [
    wire(over(a, b, CHAIN, ARCH, -1), 'identity', width),
    words(middle, ARCH - (shortcut.length ? 26 : 12), words_, 'strong identity', 'middle'),
    ...shortcut.flatMap((part, i) =>
      box(part, 'identity', { x: a + 30 + room * (i + 0.5), y: ARCH, w: Math.min(108, room * 0.9), h: 36 }),
    ),
    words(at.plus - 12, ARCH + 34, `${bare ? 'x' : 'shortcut'} ${formatNumber(skip.rms)}`, 'number identity', 'end'),
    ...plus(at.plus, CHAIN),
  ];
}

/** A tensor at an end. @param {number} x @param {string} name @param {string} size @param {string} number */
function tensor(x, name, size, number) {
  return [
    node('circle', { cx: round(x), cy: CHAIN, r: 4, class: 'tensor' }),
    words(x, CHAIN - 30, name, 'strong', 'middle'),
    words(x, CHAIN - 15, size, 'shape', 'middle'),
    words(x, CHAIN + 38, `RMS ${number}`, 'number', 'middle'),
  ];
}

/** @param {Reading} reading @param {Places} at @param {number} full @returns {Node[]} */
function backward(reading, at, full) {
  const { on, dropped, x, fork, f, skip, y, before } = reading;
  const width = widthsOf(f.gradient, skip.gradient);
  const branch = /** @type {Hue} */ (dropped ? 'cut' : on ? 'residual' : 'plain');
  const [a, b] = [round(at.fork), round(at.plus)];
  const middle = (a + b) / 2;
  const numbers = (/** @type {Part[]} */ parts, /** @type {number[]} */ places, /** @type {Hue} */ hue) =>
    parts.flatMap((part, i) => [
      node('rect', { x: round(places[i] - 5), y: BACK_CHAIN - 5, width: 10, height: 10, rx: 2, class: `layer ${hue}` }),
      words(places[i], BACK_CHAIN + 20, part.short, 'soft', 'middle'),
      ...(Number.isNaN(part.weight) && Number.isNaN(part.gradient)
        ? []
        : [
            words(
              places[i],
              BACK_CHAIN + 35,
              Number.isNaN(part.weight) ? formatNumber(part.gradient) : `‖∂W‖ ${formatNumber(part.weight)}`,
              'number',
              'middle',
            ),
          ]),
    ]);
  const part = (/** @type {string} */ name, /** @type {number} */ value) => `${name}: ${formatNumber(value)}`;
  return [
    node('line', { x1: 8, x2: round(full - 8), y1: BACK - 20, y2: BACK - 20, class: 'rule' }),
    words(8, BACK + 2, 'Backward', 'heading'),
    words(
      82,
      BACK + 2,
      on
        ? `the gradient of the loss, RMS: it takes both paths${full > ROOM ? ADDED : ''}`
        : 'the gradient of the loss, RMS: all of it goes through F',
      'soft',
    ),
    wire(`M${round(at.x)},${BACK_CHAIN}H${a}`, 'trunk'),
    wire(`M${a},${BACK_CHAIN}H${b}`, branch, on ? width.residual : 3),
    wire(`M${b},${BACK_CHAIN}H${round(at.y)}`, 'trunk'),
    arrow(a + 8, BACK_CHAIN, 'left', branch, on ? width.residual : 3),
    arrow(round(at.x) + 6, BACK_CHAIN, 'left', 'trunk'),
    words(
      middle,
      BACK_CHAIN - 16,
      dropped
        ? 'F was dropped in this step: no gradient goes through it'
        : part(on ? 'through F' : 'through F, the only way', f.gradient),
      `strong ${branch}`,
      'middle',
    ),
    ...numbers(before, at.before, 'trunk'),
    ...numbers(reading.branch, at.branch, branch),
    ...numbers(reading.after, at.after, 'trunk'),
    ...(on
      ? [
          wire(over(a, b, BACK_CHAIN, BACK_ARCH, 1), 'identity', width.identity),
          arrow(a, BACK_CHAIN + 6, 'up', 'identity', width.identity),
          words(
            middle,
            BACK_ARCH + 20,
            part(reading.bare ? 'by the identity' : 'by the shortcut', skip.gradient),
            'strong identity',
            'middle',
          ),
        ]
      : []),
    node('circle', { cx: b, cy: BACK_CHAIN, r: 4, class: 'tensor' }),
    node('circle', { cx: a, cy: BACK_CHAIN, r: 4, class: 'tensor' }),
    ...end(at.x, '∂L/∂x', x.gradient),
    ...end(at.y, '∂L/∂y', y.gradient),
    ...(fork === x ? [] : [words(a, BACK_CHAIN - 34, `sum ${formatNumber(fork.gradient)}`, 'number', 'middle')]),
  ];
}

/** A gradient at an end. @param {number} x @param {string} name @param {number} value @returns {Node[]} */
function end(x, name, value) {
  return [
    node('circle', { cx: round(x), cy: BACK_CHAIN, r: 4, class: 'tensor' }),
    words(x, BACK_CHAIN - 14, name, 'strong', 'middle'),
    words(x, BACK_CHAIN + 35, formatNumber(value), 'number', 'middle'),
  ];
}

/**
 * A bridge over the branch, or under it.
 *
 * @param {number} a @param {number} b @param {number} from @param {number} to @param {1|-1} sign of the way down
 */
function over(a, b, from, to, sign) {
  const r = 10 * sign;
  return `M${a},${from}V${to - r}Q${a},${to} ${a + 10},${to}H${b - 10}Q${b},${to} ${b},${to - r}V${from}`;
}
