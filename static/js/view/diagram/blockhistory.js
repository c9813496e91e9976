/** @file A block's gradient by path over the steps of the run, and what was changed in its network meanwhile. Pure. */
import { toldNear } from '../../figure/changemarks.js';
import { rowOf } from '../../figure/history.js';
import { drawnVariants } from '../../figure/measured.js';
import { PALETTES } from '../../figure/palette.js';
import { decadeRange, decadeTicks, formatNumber } from '../../figure/scale.js';
import { ticksTo } from '../../figure/ticks.js';

/** @typedef {import('../state/state.js').State} State */

/**
 * @type {{column: import('../../figure/history.js').BlockColumn, name: string, hue: 'residual'|'identity', dash:
 *   string}[]}
 */
const LINES = [
  { column: 'residual_gradient_norm', name: 'through F', hue: 'residual', dash: '6px,3px' },
  { column: 'identity_gradient_norm', name: 'through skip', hue: 'identity', dash: 'solid' },
];

/**
 * The hue of the path; without a shortcut there is one path, drawn plain.
 *
 * @param {State} state
 * @param {number} v
 * @param {number} b
 * @param {'residual'|'identity'} hue
 */
function colorOf(state, v, b, hue) {
  return PALETTES[state.theme][drawnVariants(state)[v].skips[b] ? hue : 'plain'];
}

/** The changes of a network, and of all. @param {State} state @param {number} v */
function changesOf({ changes }, v) {
  return changes.filter(({ variant }) => variant === null || variant === v);
}

/**
 * Make the chart of a block; null before two steps are recorded, and where nothing was measured.
 *
 * @param {State} state @param {number} v @param {number} b
 * @returns {import('../charts/lines.js').Chart|null}
 */
export function historyOf(state, v, b) {
  const { history, theme, shown, step } = state;
  if (history.length < 2 || !history.variants[v]) return null;
  const x = history.steps.subarray(0, history.length);
  const { width, data } = history.variants[v];
  const series = LINES.map(({ column, name, hue, dash }) => ({
    x,
    y: Float64Array.from(x, (_, row) => data[column][row * width[column] + b]),
    color: colorOf(state, v, b, hue),
    dash,
    label: name,
  })).filter(({ y }) => y.some((log) => !Number.isNaN(log)));
  if (series.length === 0) return null;
  const range = decadeRange(
    series.flatMap(({ y }) => Array.from(y)),
    0,
  ) ?? [-6, 0];
  const end = Math.max(1, x[x.length - 1]);
  const steps = ticksTo(end);
  return {
    series,
    theme,
    xRange: [0, end],
    yRange: range,
    yTitle: '‖∂L/∂x‖',
    xTitle: 'step',
    xTicks: { values: steps, texts: steps.map(String) },
    yTicks: decadeTicks(range, 4),
    changes: changesOf(state, v).map((change) => change.step),
    cursor: shown === 'live' ? null : step,
  };
}

/**
 * Say what the block received at a step.
 *
 * @param {State} state @param {number} v @param {number} b @param {number} x
 * @returns {import('../charts/lines.js').Told|null}
 */
export function tellHistory(state, v, b, x) {
  const { history } = state;
  if (history.length === 0 || !history.variants[v]) return null;
  const row = Math.max(0, rowOf(history, Math.round(x)));
  const { width, data } = history.variants[v];
  return {
    title: `step ${history.steps[row]}`,
    rows: LINES.flatMap(({ column, name, hue }) => {
      const log = data[column][row * width[column] + b];
      return Number.isNaN(log)
        ? []
        : [
            {
              text: `${name} ${formatNumber(log === Infinity ? Infinity : 10 ** log)}`,
              color: colorOf(state, v, b, hue),
            },
          ];
    }),
    notes: toldNear(changesOf(state, v), x, history.steps[history.length - 1] / 100),
  };
}
