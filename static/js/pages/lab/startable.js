/** @file Networks that an experiment can measure as they are: one's own runs, under way or over, and sent weights. */
import { rowOf } from '../../view/state/starting.js';
import { ago, describe, titleOf } from '../runs/rundigest.js';
import { isAlive } from './state.js';

/** @typedef {import('../../view/controls/startable.js').Row} Row */
/** @typedef {import('../../wire').RunView} Run */

/** So many runs are listed, and so many files. */
const LISTED = 40;

/** Is there a network to measure: one that trains, or weights that are kept? @param {Run} run */
function isThere(run) {
  return run.weights?.address || (isAlive(run) && run.recorded > 0);
}

/**
 * @param {import('../../sources/source.js').Source} source
 * @param {import('../../sources/weights.js').Weights} weights
 * @returns {Promise<Row[]>} the newest first
 */
export async function startable(source, weights) {
  const mine = /** @type {[string, string]} */ (['mine', 'true']);
  const [{ runs }, { weights: rows }] = await Promise.all([
    source.runs({ offset: 0, limit: LISTED, query: [mine] }),
    weights.list(LISTED, true),
  ]);
  const now = Date.now() / 1000;
  const found = [
    ...runs.filter(isThere).map((run) => ({ created: run.created, row: runRow(run, now) })),
    ...rows.filter(({ source: of }) => of === 'upload').map((one) => ({ created: one.created, row: rowOf(one) })),
  ];
  return found.sort((a, b) => b.created - a.created).map(({ row }) => row);
}

/** @param {Run} run @param {number} now @returns {Row} */
function runRow(run, now) {
  const state = isAlive(run) ? `${run.state}, step ${run.digest?.steps.at(-1) ?? 0}` : run.state;
  return {
    id: run.id,
    source: 'run',
    title: titleOf(run),
    detail: `${state}, ${ago(run.created, now)}, ${describe(run)}`,
  };
}
