/** @file Trainings side by side: accuracy on the last batches by step, with the share that counts as learnt. Pure. */
import { line, node, words } from './scene.js';
import { percent, shareAxes, shareCover, shareCurve, shareNames, sharesOf } from './shares.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */

/**
 * Draw the figure.
 *
 * @param {{readings: Reading[], before?: Reading[], covered?: boolean, goal?: number|null, width: number,
 *   height: number}} shown `before`: earlier trainings, behind the present ones
 * @returns {Scene}
 */
export function learningScene({ readings, before = [], covered = false, goal = null, width, height }) {
  const shares = sharesOf({ width, height, steps: [...before, ...readings].flatMap(({ run }) => run?.at ?? []) });
  const { area, y } = shares;
  /** @param {Reading} one @param {string} name */
  const curve = ({ label, run }, name) =>
    run?.at && run.course && run.at.length > 0
      ? shareCurve(shares, run.at, run.course, name, node('title', {}, `${label}: ${percent(run.lately)}`))
      : [];
  const rows = readings.map(({ label, run }, v) => ({ name: `net-${v}`, text: `${label}: ${percent(run?.lately)}` }));
  const earlier = before.length > 0 ? [{ name: 'before', text: 'tried before' }] : [];
  return {
    width,
    height,
    label: covered ? 'Trainings, covered until you have predicted' : readings.map(said).join('; '),
    in: [
      ...shareAxes(shares, 'Right answers, on the last 20 training batches', width),
      ...(goal === null
        ? []
        : [
            line(area.left, y(goal), area.right, y(goal), 'goal'),
            words(area.left + 8, y(goal) + 16, `learnt: ${percent(goal)}`, 'strong'),
          ]),
      ...(covered
        ? shareCover(shares)
        : [
            ...before.flatMap((one) => curve(one, 'before')),
            ...readings.flatMap((one, v) => curve(one, `net-${v}`)),
            ...shareNames(shares, area.left + 8, [...rows, ...earlier], 'strong', rows.length),
          ]),
    ],
  };
}

/** @param {Reading} reading */
function said({ label, run }) {
  return run?.lately == null
    ? `${label}: fewer than 20 batches so far`
    : `${label}: right on ${percent(run.lately)} of its last 20 batches`;
}
