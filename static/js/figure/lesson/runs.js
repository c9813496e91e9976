/** @file A training in a few numbers: at each test the error on the batches since the last one, and on the images held
 *   out; and the accuracy on the last batches, step by step. Pure. */

/**
 * @typedef {{steps: number[], accuracy: (number|null)[], test: (number|null)[]}} Recorded one a step; null or NaN where
 *   no test was due
 */
/**
 * @typedef {object} Run
 * @property {number[]} steps of the tests
 * @property {number[]} error share of wrong answers on the batches since the test before
 * @property {number[]} test share of wrong answers on the images held out
 * @property {number|null} lately accuracy on the last 20 batches, null before there are so many
 * @property {number[]} [at] steps, counted from 1, of `course`
 * @property {number[]} [course] accuracy on the last 20 batches then, or on as many as there were
 */

const LAST = 20;
/** So many points of a course are enough for a curve. */
const POINTS = 100;

/** @param {Recorded} recorded @returns {Run} */
export function runOf({ steps, accuracy, test }) {
  /** @type {Run} */
  const run = { steps: [], error: [], test: [], lately: null };
  let from = 0;
  test.forEach((one, i) => {
    if (one === null || !Number.isFinite(one)) return;
    run.steps.push(steps[i] + 1);
    run.error.push(rounded(1 - mean(accuracy.slice(from, i + 1))));
    run.test.push(rounded(1 - one));
    from = i + 1;
  });
  if (accuracy.length >= LAST) run.lately = rounded(mean(accuracy.slice(-LAST)));
  return { ...run, ...courseOf(steps, accuracy) };
}

/** @param {number[]} steps @param {(number|null)[]} accuracy */
function courseOf(steps, accuracy) {
  const every = Math.max(1, Math.ceil(steps.length / POINTS));
  const places = steps.map((_, i) => i).filter((i) => i % every === 0 || i === steps.length - 1);
  return {
    at: places.map((i) => steps[i] + 1),
    course: places.map((i) => rounded(mean(accuracy.slice(Math.max(0, i + 1 - LAST), i + 1)))),
  };
}

/** @param {(number|null)[]} list */
function mean(list) {
  return list.reduce((/** @type {number} */ sum, one) => sum + (one ?? 0), 0) / list.length;
}

/** @param {number} share */
function rounded(share) {
  return Math.round(share * 1e4) / 1e4;
}
