/** @file The numbers of a class as bars of a decade each, their quartiles as a box, and the truth's line. Pure. */
import { box, broken, line, node, round, words } from '../lesson/scene.js';
import { formatNumber } from '../scale.js';
import { axisText, barsOf, quartileText, truthText, truthWord } from './answers.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {import('../lesson/scene.js').Scene} Scene */

const TOP = 40;
const SIDE = 8;
/** Below the floor: the box, the decades, the words of the axis. */
const STRIP = 28;
const FOOT = STRIP + 31;
/** A line of the axis, and the width of a letter in it. */
const LINE = 15;
const LETTER = 6.4;

/**
 * Draw it; texts are 12 high.
 *
 * @param {RoomView} room whose answers are shown
 * @param {{width: number, height: number, own?: number|null}} size `own`: the reader's answer
 * @returns {Scene}
 */
export function histogramScene(room, { width, height, own = null }) {
  const { bars, truth, at } = barsOf(room);
  const axis = room.question ? broken(axisText(room.question), Math.floor(width / LETTER)) : [];
  const floor = height - FOOT - LINE * axis.length;
  const x = (/** @type {number} */ share) => SIDE + share * (width - 2 * SIDE);
  const high = floor - TOP;
  const placed = bars.map((bar) => {
    const [left, wide] = [x(bar.x) + 2, Math.max(2, x(bar.x + bar.width) - x(bar.x) - 4)];
    return { bar, left, wide, middle: left + wide / 2 };
  });
  const drawn = placed.flatMap(({ bar, left, wide, middle }) => {
    return [
      ...(bar.last > 0 ? [box(left, floor - bar.last * high, wide, bar.last * high, 'room-last')] : []),
      ...(bar.first > 0 ? [box(left, floor - bar.first * high, wide, bar.first * high, 'room-first')] : []),
      words(middle, floor + STRIP + 16, bar.label, 'tick', 'middle'),
    ];
  });
  return {
    width,
    height,
    label: said(room),
    in: [
      ...drawn,
      line(SIDE, floor, width - SIDE, floor, 'room-floor'),
      ...boxOf(room, (log) => x(at(log)), floor),
      ...(truth === null ? [] : theTruth(x(truth), floor, truthWord(room), width)),
      // over the line, which may stand in the middle of a bar
      ...placed.map(({ bar, middle }) => words(middle, floor - bar.last * high - 5, bar.count, 'room-count', 'middle')),
      ...(own === null || !(own > 0) ? [] : [mark(x(at(Math.log10(own))), floor)]),
      ...axis.map((text, i) => words(width / 2, height - 8 - LINE * (axis.length - 1 - i), text, 'axis', 'middle')),
    ],
  };
}

/** @param {RoomView} room */
function said(room) {
  const { distribution, truth } = room;
  const known = truth === null ? '' : ` ${capital(truthWord(room))}: ${truthText(room)}.`;
  return `${distribution?.answered ?? 0} answers. ${quartileText(room)}${known}`.trim();
}

/**
 * The quartiles: a box for the middle half, a stroke for the middle, whiskers to the least and the greatest.
 *
 * @param {RoomView} room @param {(log: number) => number} x @param {number} floor
 */
function boxOf({ distribution }, x, floor) {
  const found = distribution?.quartiles ?? [];
  if (found.length < 5) return [];
  const [least, low, middle, high, most] = found.map(x);
  const y = floor + STRIP / 2;
  const title = node('title', {}, found.map((log) => formatNumber(10 ** log)).join(', '));
  return [
    line(least, y, low, y, 'room-whisker'),
    line(high, y, most, y, 'room-whisker'),
    node(
      'rect',
      { x: round(low), y: y - 8, width: round(Math.max(2, high - low)), height: 16, class: 'room-box' },
      title,
    ),
    line(middle, y - 8, middle, y + 8, 'room-middle'),
  ];
}

/** @param {number} x @param {number} floor @param {string} word @param {number} width */
function theTruth(x, floor, word, width) {
  const anchor = x < 40 ? 'start' : x > width - 40 ? 'end' : 'middle';
  return [line(x, TOP - 20, x, floor + STRIP, 'room-line'), words(x, TOP - 26, word, 'strong', anchor)];
}

/** The reader's own answer. @param {number} x @param {number} floor */
function mark(x, floor) {
  return node('circle', { cx: round(x), cy: round(floor), r: 6, class: 'yours' }, node('title', {}, 'your answer'));
}

/** @param {string} text */
function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
