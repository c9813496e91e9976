/** @file Trainings of up to four networks: error on the batches, and on the images held out, epoch by epoch. Pure. */
import { NARROW } from './axes.js';
import { percent, shareAxes, shareCover, shareCurve, shareNames, sharesOf } from './shares.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */

const WRONG = 'Wrong answers: solid on the training batches, dashed on images held out';

/**
 * Draw the figure.
 *
 * @param {{readings: Reading[], recorded?: Reading[], covered?: boolean, width: number, height: number}} shown
 *   `recorded`: a whole training, faint behind those that are under way
 * @returns {Scene}
 */
export function trainingScene({ readings, recorded = [], covered = false, width, height }) {
  const behind = recorded === readings ? [] : recorded;
  const steps = [...behind, ...readings].flatMap(({ run }) => run?.steps ?? []);
  const shares = sharesOf({ width, height, steps });
  const rows = readings.map(({ label, run }, v) => ({
    name: `net-${v}`,
    text: `${label}: ${percent(run?.error.at(-1))}, ${percent(run?.test.at(-1))}`,
  }));
  const curves = (/** @type {Reading[]} */ list, /** @type {string} */ more) =>
    list.flatMap(({ run }, v) =>
      run && run.steps.length > 0
        ? [
            ...shareCurve(shares, run.steps, run.test, `net-${v} held${more}`),
            ...shareCurve(shares, run.steps, run.error, `net-${v}${more}`),
          ]
        : [],
    );
  if (behind.length > 0) rows.push({ name: 'net-0 faint', text: 'faint: recorded' });
  return {
    width,
    height,
    label: covered ? 'Trainings, covered until you have predicted' : readings.map(said).join('; '),
    in: [
      ...shareAxes(shares, width < NARROW ? 'Wrong: solid training, dashed held out' : WRONG, width),
      ...(covered
        ? shareCover(shares)
        : [
            ...curves(behind, ' faint'),
            ...curves(readings, ''),
            ...shareNames(shares, shares.area.right - 196, rows, 'name', readings.length),
          ]),
    ],
  };
}

/** @param {Reading} reading */
function said({ label, run }) {
  const [batches, held] = [percent(run?.error.at(-1)), percent(run?.test.at(-1))];
  return `${label}: wrong at the end on ${batches} of its batches, ${held} held out`;
}
