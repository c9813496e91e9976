/** @file The curves of a run that trains elsewhere: numbers that its caller gave, and the gradient's ratio. Pure. */
import { decadeRange, decadeTicks, formatNumber } from '../scale.js';
import { ratioOf } from './band.js';

/** @typedef {import('../../view/state/state.js').State} State */
/** @typedef {import('../scale.js').Range} Range */
/**
 * @typedef {{y: Float64Array, range: Range, ticks: {values: number[], texts: string[]}, say: (value: number) =>
 *   string}}
 *   Curve
 */

/** The gradient's ratio, among the numbers that a caller gave. */
export const RATIO = 'first over last';
/** So many numbers have a curve. */
const MOST = 32;
/** These come first. */
const FIRST = ['loss', 'accuracy'];

/** The names of the curves. @param {Pick<State, 'run'>} state */
export function curvesOf({ run: { outside } }) {
  const logged = outside?.logged ?? [];
  const known = FIRST.filter((name) => logged.includes(name));
  return [...known, ...logged.filter((name) => !FIRST.includes(name)).slice(0, MOST), RATIO];
}

/**
 * The curve of a name, with its axis.
 *
 * @param {Pick<State, 'run'|'history'>} state @param {string} name
 * @returns {Curve}
 */
export function curveOf({ run: { outside }, history }, name) {
  const [{ logged, data, width }] = history.variants;
  if (name === RATIO) {
    const w = width.gradient_rms;
    const y = Float64Array.from({ length: history.length }, (_, row) => {
      const logs = (outside?.ends ?? []).map((end) => data.gradient_rms[row * w + end]);
      return Math.log10(ratioOf(logs.map(raw), [0, 1]));
    });
    const band = outside?.about.request.band;
    const edges = band ? [Math.log10(band.low), Math.log10(band.high)] : [0];
    const range = decadeRange([...y, ...edges], 0) ?? /** @type {Range} */ ([-3, 3]);
    return { y, range, ticks: decadeTicks(range, 5), say: (log) => formatNumber(log === Infinity ? log : 10 ** log) };
  }
  const y = Float64Array.from({ length: history.length }, (_, row) => logged[row]?.[name] ?? NaN);
  const range = rangeOf(y);
  const ticks = [range[0], (range[0] + range[1]) / 2, range[1]];
  return { y, range, ticks: { values: ticks, texts: ticks.map(formatNumber) }, say: formatNumber };
}

/** @param {number} log */
function raw(log) {
  return 10 ** log;
}

/** From 0 where all numbers are above it, to a round number. @param {Float64Array} y @returns {Range} */
function rangeOf(y) {
  const finite = y.filter(Number.isFinite);
  const [low, high] = finite.reduce(([a, b], one) => [Math.min(a, one), Math.max(b, one)], [0, 0]);
  return low === high ? [0, 1] : [low < 0 ? -nice(-low) : 0, high > 0 ? nice(high) : 0];
}

/** The next of 1, 2, 5, 10, … @param {number} value */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((digit) => digit * power).find((top) => top >= value) ?? 10 * power;
}
