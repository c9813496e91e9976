/** @file Trainings side by side: accuracy on the last batches by step, with the share that counts as learnt. Pure. */
import { ticksTo } from '../ticks.js';
import { NARROW } from './axes.js';
import { box, line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */

/**
 * Draw the figure.
 *
 * @param {{readings: Reading[], before?: Reading[], covered?: boolean, goal?: number|null, width: number,
 *   height: number}} shown `before`: earlier trainings, behind the present ones
 * @returns {Scene}
 */
export function learningScene({ readings, before = [], covered = false, goal = null, width, height }) {
  const end = Math.max(1, ...[...before, ...readings].flatMap(({ run }) => run?.at ?? []));
  const area = { left: width < NARROW ? 46 : 62, right: width - 16, top: 30, bottom: height - 44 };
  const x = (/** @type {number} */ step) => area.left + (step / end) * (area.right - area.left);
  const y = (/** @type {number} */ share) => area.bottom - share * (area.bottom - area.top);
  /** @param {Reading} one @param {string} name */
  const curve = ({ label, run }, name) =>
    run?.at && run.course && run.at.length > 0
      ? [
          node(
            'path',
            {
              d: `M${run.at.map((step, i) => `${round(x(step))},${round(y(run.course?.[i] ?? 0))}`).join('L')}`,
              class: `curve ${name}`,
            },
            node('title', {}, `${label}: ${percent(run.lately)}`),
          ),
        ]
      : [];
  const middle = (area.left + area.right) / 2;
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
      words(middle, area.bottom + 33, 'step of the training', 'axis', 'middle'),
      words(width < NARROW ? 4 : area.left, 16, 'Right answers, on the last 20 training batches', 'axis'),
      ...(goal === null
        ? []
        : [
            line(area.left, y(goal), area.right, y(goal), 'goal'),
            words(area.left + 8, y(goal) + 16, `learnt: ${percent(goal)}`, 'strong'),
          ]),
      ...(covered
        ? [
            box(area.left + 2, area.top, area.right - area.left - 4, area.bottom - area.top, 'cover'),
            words(middle, (area.top + area.bottom) / 2, 'Covered until you commit', 'strong', 'middle'),
          ]
        : [
            ...before.flatMap((one) => curve(one, 'before')),
            ...readings.flatMap((one, v) => curve(one, `net-${v}`)),
            ...legend(readings, area.left + 8, (area.top + area.bottom) / 2 - 9 * readings.length, before.length),
          ]),
    ],
  };
}

/** @param {Reading[]} readings @param {number} x @param {number} y @param {number} tried @returns {Node[]} */
function legend(readings, x, y, tried) {
  const rows = readings.map(({ label, run }, v) => ({ name: `net-${v}`, text: `${label}: ${percent(run?.lately)}` }));
  if (tried > 0) rows.push({ name: 'before', text: 'tried before' });
  return rows.flatMap(({ name, text }, i) => [
    line(x, y + 18 * i - 4, x + 20, y + 18 * i - 4, `curve ${name}`),
    words(x + 26, y + 18 * i, text, 'strong'),
  ]);
}

/** @param {Reading} reading */
function said({ label, run }) {
  return run?.lately == null
    ? `${label}: fewer than 20 batches so far`
    : `${label}: right on ${percent(run.lately)} of its last 20 batches`;
}

/** @param {number|null|undefined} share */
export function percent(share) {
  return share == null || Number.isNaN(share) ? '—' : `${Number((100 * share).toPrecision(3))} %`;
}
