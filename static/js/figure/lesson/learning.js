/** @file Trainings side by side: accuracy on the last batches by step, with the share that counts as learnt. Pure. */
import { line, node, words } from './scene.js';
import { percent, shareAxes, shareCover, shareCurve, shareNames, sharesOf } from './shares.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */

/** The width of a character of a name, and of the line before it. */
const CHARACTER = 7.6;
const LINE = 26;

/**
 * Draw the figure.
 *
 * @param {{readings: Reading[], before?: Reading[], recorded?: Reading[], covered?: boolean, goal?: number|null,
 *   width: number, height: number}} shown `before`: earlier trainings, behind the present ones; the axis has room for
 *   what is recorded from the beginning
 * @returns {Scene}
 */
export function learningScene({ readings, before = [], recorded = [], covered = false, goal = null, width, height }) {
  const all = [...recorded, ...before, ...readings];
  const shares = sharesOf({ width, height, steps: all.flatMap(({ run }) => run?.at ?? []) });
  const { area, y } = shares;
  /** @param {Reading} one @param {string} name */
  const curve = ({ label, run }, name) =>
    run?.at && run.course && run.at.length > 0
      ? shareCurve(shares, run.at, run.course, name, node('title', {}, `${label}: ${percent(run.lately)}`))
      : [];
  const most = Math.floor((area.right - area.left - LINE - 16) / CHARACTER);
  const rows = readings.map(({ label, run }, v) => ({
    name: `net-${v}`,
    text: named(label, percent(run?.lately), most),
  }));
  const earlier = before.length > 0 ? [{ name: 'before', text: 'tried before' }] : [];
  const longest = Math.max(...[...rows, ...earlier].map(({ text }) => text.length));
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
            // on the right, where trainings have learnt or have not, so that few cross the middle
            ...shareNames(
              shares,
              area.right - 8 - LINE - CHARACTER * longest,
              [...rows, ...earlier],
              'strong',
              rows.length,
            ),
          ]),
    ],
  };
}

/**
 * A name with its number, the name cut where both are too long.
 *
 * @param {string} label @param {string} share @param {number} most
 */
function named(label, share, most) {
  const room = most - share.length - 2;
  return `${label.length > room ? `${label.slice(0, room - 1)}…` : label}: ${share}`;
}

/** @param {Reading} reading */
function said({ label, run }) {
  return run?.lately == null
    ? `${label}: fewer than 20 batches so far`
    : `${label}: right on ${percent(run.lately)} of its last 20 batches`;
}
