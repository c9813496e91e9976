/** @file A training in a few numbers: at each test the error on the batches since the last one, and on the images held
 *   out. Pure. */

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
 */

const LAST = 20;

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
  return run;
}

/** @param {(number|null)[]} list */
function mean(list) {
  return list.reduce((/** @type {number} */ sum, one) => sum + (one ?? 0), 0) / list.length;
}

/** @param {number} share */
function rounded(share) {
  return Math.round(share * 1e4) / 1e4;
}
