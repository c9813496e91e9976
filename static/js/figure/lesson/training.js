/** @file Trainings of up to four networks: error on the batches, and on the images held out, epoch by epoch. Pure. */
import { ticksTo } from '../ticks.js';
import { NARROW } from './axes.js';
import { box, line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */

const WRONG = 'Wrong answers: solid on the training batches, dashed on images held out';

/**
 * Draw the figure.
 *
 * @param {{readings: Reading[], covered?: boolean, width: number, height: number}} shown
 * @returns {Scene}
 */
export function trainingScene({ readings, covered = false, width, height }) {
  const runs = readings.map(({ run }) => run);
  const end = Math.max(1, ...runs.flatMap((run) => run?.steps ?? []));
  const area = { left: width < NARROW ? 46 : 62, right: width - 16, top: 30, bottom: height - 44 };
  const x = (/** @type {number} */ step) => area.left + (step / end) * (area.right - area.left);
  const y = (/** @type {number} */ share) => area.bottom - share * (area.bottom - area.top);
  /** @param {number[]} steps @param {number[]} shares @param {string} name */
  const curve = (steps, shares, name) =>
    node('path', {
      d: `M${steps.map((step, i) => `${round(x(step))},${round(y(shares[i]))}`).join('L')}`,
      class: name,
    });
  return {
    width,
    height,
    label: covered ? 'Trainings, covered until you have predicted' : readings.map(said).join('; '),
    in: [
      ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
        line(area.left, y(share), area.right, y(share), 'grid'),
        words(area.left - 6, y(share) + 4, `${share * 100} %`, 'tick', 'end'),
      ]),
      ...ticksTo(end).map((step) => words(x(step), area.bottom + 16, String(step), 'tick', 'middle')),
      words((area.left + area.right) / 2, area.bottom + 33, 'step of the training', 'axis', 'middle'),
      words(
        width < NARROW ? 4 : area.left,
        16,
        width < NARROW ? 'Wrong: solid training, dashed held out' : WRONG,
        'axis',
      ),
      ...(covered
        ? [
            box(area.left + 2, area.top, area.right - area.left - 4, area.bottom - area.top, 'cover'),
            words(
              (area.left + area.right) / 2,
              (area.top + area.bottom) / 2,
              'Covered until you commit',
              'strong',
              'middle',
            ),
          ]
        : runs.flatMap((run, v) =>
            run && run.steps.length > 0
              ? [curve(run.steps, run.test, `curve net-${v} held`), curve(run.steps, run.error, `curve net-${v}`)]
              : [],
          )),
      ...(covered ? [] : legend(readings, area.right - 196, (area.top + area.bottom) / 2 - 9 * readings.length)),
    ],
  };
}

/** @param {Reading[]} readings @param {number} x @param {number} y */
function legend(readings, x, y) {
  return readings.flatMap(({ label, run }, v) => [
    line(x, y + 18 * v - 4, x + 20, y + 18 * v - 4, `curve net-${v}`),
    words(x + 26, y + 18 * v, `${label}: ${percent(run?.error.at(-1))}, ${percent(run?.test.at(-1))}`, 'name'),
  ]);
}

/** @param {Reading} reading */
function said({ label, run }) {
  const [batches, held] = [percent(run?.error.at(-1)), percent(run?.test.at(-1))];
  return `${label}: wrong at the end on ${batches} of its batches, ${held} held out`;
}

/** @param {number|undefined} share */
function percent(share) {
  return share === undefined ? '—' : `${Number((100 * share).toPrecision(3))} %`;
}
