/** @file The answers of a room as a figure: bars of a decade or an option, quartiles by block; the truth. Pure. */
import { formatDecade, formatNumber } from '../scale.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/**
 * @typedef {object} Bar its heights are shares of the highest, its place of the figure's width
 * @property {number} x
 * @property {number} width
 * @property {number} first
 * @property {number} last
 * @property {string} name
 * @property {string} label of its place on the axis, shorter or none
 * @property {string} count
 * @property {{first: number, last: number}} counts
 */

/**
 * The bars of a number or a choice, from left to right, in shares of the figure's width and height. Decades at both
 * ends that nobody gave, and that the truth is far from, are left out. `at` is the place of the logarithm of a number.
 *
 * @param {RoomView} room
 * @returns {{bars: Bar[], truth: number|null, at: (log: number) => number}}
 */
export function barsOf({ question, distribution, truth }) {
  if (!question || !distribution || question.kind === 'profile') return { bars: [], truth: null, at: () => 0 };
  const isNumber = question.kind === 'number';
  const true_ =
    truth === null || Array.isArray(truth) ? null : isNumber ? logOf(Number(truth)) : optionOf(question, truth);
  // small ones lie left, as on the scale by which they were given
  const bins = isNumber ? around([...distribution.bins].reverse(), true_) : distribution.bins;
  const most = Math.max(1, ...bins.map(({ first, last }) => Math.max(first, last)));
  const width = 1 / Math.max(1, bins.length);
  const bars = bins.map(({ at, first, last }, i) => ({
    x: i * width,
    width,
    first: first / most,
    last: last / most,
    name: isNumber ? formatDecade(at) : question.options[at],
    label: !isNumber ? question.options[at] : bins.length > 10 && at % 3 !== 0 ? '' : formatDecade(at),
    count: last > 0 ? String(last) : '',
    counts: { first, last },
  }));
  const ats = bins.map(({ at }) => at);
  const at = (/** @type {number} */ log) => placeOf(ats, log, isNumber) * width;
  return { bars, truth: true_ === null ? null : at(true_), at };
}

/**
 * The words of an axis: its quantity and its unit.
 *
 * @param {NonNullable<RoomView['question']>} question
 */
export function axisText({ axis, unit }) {
  return `${axis || 'answer, on a log scale'}${unit ? ` (${unit})` : ''}`;
}

/** Was the truth measured here, or told by the host? @param {RoomView} room */
export function truthWord({ question }) {
  return question?.network ? 'measured' : 'the answer';
}

/** What the answers to a number say together, in words. @param {RoomView} room */
export function quartileText({ distribution }) {
  const found = distribution?.quartiles ?? [];
  if (found.length < 5) return '';
  const [, low, middle, high] = found.map((log) => formatNumber(10 ** log));
  return `Half of the answers lie between ${low} and ${high}, the middle one is ${middle}.`;
}

/** The words for a truth. @param {RoomView} room */
export function truthText({ truth }) {
  if (truth === null) return '';
  if (Array.isArray(truth)) return truth.map(formatNumber).join(', ');
  return typeof truth === 'number' ? formatNumber(truth) : truth;
}

/** The words for an answer. @param {RoomView['question']} question @param {unknown} value */
export function valueText(question, value) {
  if (Array.isArray(value)) return value.map((one) => formatNumber(Number(one))).join(', ');
  if (question?.kind === 'choice') return typeof value === 'number' ? question.options[value] : String(value);
  return formatNumber(Number(value));
}

/** @param {{at: number, first: number, last: number}[]} bins @param {number|null} truth */
function around(bins, truth) {
  const near = ({ at, first, last } = bins[0]) => first + last > 0 || (truth !== null && Math.abs(at - truth) <= 1.5);
  const from = bins.findIndex((one) => near(one));
  if (from < 0) return bins;
  const to = bins.length - [...bins].reverse().findIndex((one) => near(one));
  return bins.slice(Math.max(0, from - 1), to + 1);
}

/**
 * The middle of the bin, or the place between two, in bins.
 *
 * @param {number[]} ats @param {number} truth @param {boolean} rises
 */
function placeOf(ats, truth, rises) {
  const at = rises ? truth - ats[0] : truth;
  return Math.min(ats.length, Math.max(0, at + 0.5));
}

/** @param {NonNullable<RoomView['question']>} question @param {string|number} truth */
function optionOf({ options }, truth) {
  return typeof truth === 'number' ? truth : options.indexOf(truth);
}

/** @param {number} value */
function logOf(value) {
  return value > 0 ? Math.log10(value) : -400;
}
