/**
 * @file The ratio of the gradient at the first place over that at the last, and the band that it should stay in: an
 * alert stands when it has been outside for long enough. `model/watch/band.py` judges the same for lists of runs. Pure.
 */
import { formatNumber } from '../scale.js';

/** @typedef {{low: number, high: number, steps: number}} Band `steps` outside of it make an alert */
/** @typedef {{since: number, step: number, ratio: number}} Left the step at which the ratio left, and the newest */

/** @type {Band} */
export const USUAL = { low: 0.01, high: 100, steps: 100 };

/**
 * The taps at the ends: the first and the last junction that is a tap, else the first and the last tap.
 *
 * @param {{taps: string[], blocks: string[]}} names
 * @returns {[number, number]|null}
 */
export function endsOf({ taps, blocks }) {
  const index = new Map(taps.map((tap, i) => [tap, i]));
  const known = blocks.flatMap((block) => index.get(block) ?? []);
  if (known.length > 0) return [known[0], known[known.length - 1]];
  return taps.length > 0 ? [0, taps.length - 1] : null;
}

/**
 * The ratio; NaN where it was not measured or the last is 0, Infinity where it is not finite.
 *
 * @param {ArrayLike<number>} gradients raw, one a tap
 * @param {[number, number]|null} ends
 */
export function ratioOf(gradients, ends) {
  const [first, last] = (ends ?? []).map((end) => gradients[end]);
  return first === undefined || last === undefined || last === 0 ? NaN : first / last;
}

/**
 * Follow the ratio from one recorded step to the next; a step of which it is not known changes nothing.
 *
 * @param {Left|null} left
 * @param {number} step
 * @param {number} ratio
 * @param {Band|null} band
 * @returns {Left|null} null while it is inside
 */
export function follow(left, step, ratio, band) {
  if (band === null || Number.isNaN(ratio)) return left;
  if (ratio >= band.low && ratio <= band.high) return null;
  return { since: left?.since ?? step, step, ratio };
}

/** Has it been outside for long enough? @param {Left|null} left @param {Band|null} band */
export function isAlert(left, band) {
  return left !== null && band !== null && left.step - left.since >= band.steps;
}

/**
 * Say it with its numbers; nothing where there is no alert.
 *
 * @param {Left|null} left @param {Band|null} band
 */
export function tellAlert(left, band) {
  if (left === null || band === null || !isAlert(left, band)) return '';
  const times = Number.isFinite(left.ratio) ? `${formatNumber(left.ratio)} times` : 'not a finite multiple of';
  return (
    `The gradient at the first place is ${times} that at the last. It left the band ` +
    `${formatNumber(band.low)} to ${formatNumber(band.high)} at step ${left.since}, ` +
    `${left.step - left.since} steps ago.`
  );
}
