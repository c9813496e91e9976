/** @file The measurement that a prediction is compared with, as the notebook keeps it. Pure. */

import { sceneOf } from '../../figure/lesson/pictures.js';
import { relativeLogs } from '../../figure/lesson/readings.js';
import { percent } from '../../figure/lesson/shares.js';

/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {import('./notebook.js').Measured} Measured */

/**
 * Say what was measured: the figure in words, and its values where the handles of a prediction were.
 *
 * @param {import('./declared.js').Step['figure']} figure
 * @param {Reading[]} readings
 * @param {number[]} at blocks, from 1
 * @param {Date} [now]
 * @returns {Measured}
 */
export function comparedOf(figure, readings, at, now = new Date()) {
  const trained = figure.show === 'training' || figure.show === 'learning';
  const steps = Math.max(0, ...readings.map(({ run }) => run?.at?.at(-1) ?? 0));
  const { label } = sceneOf(figure, { readings, width: 760, height: 460 });
  const says = trained
    ? `${label}, after ${steps} steps`
    : [label, ...(steps > 0 ? readings.flatMap(accuracyOf) : [])].join('; ');
  const logs = relativeLogs(readings[readings.length - 1]);
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  return {
    says,
    ...(at.length > 0 ? { values: at.map((block) => Number(logs[block - 1]?.toFixed(2))) } : {}),
    on: day.join('-'),
  };
}

/** @param {Reading} reading @returns {string[]} none where it was not trained so far */
function accuracyOf({ label, run }) {
  return run?.lately == null ? [] : [`${label}: right on ${percent(run.lately)} of its last 20 batches`];
}
