/**
 * @file Up to four runs over each other, on common scales: accuracy, loss and gradient ratio by step; as pictures and
 *   as a table.
 */

import { lookOf } from '../../figure/networks.js';
import { decadeRange, decadeTicks, formatNumber } from '../../figure/scale.js';
import { ticksTo } from '../../figure/ticks.js';
import { createLines } from '../../view/charts/lines.js';
import { h } from '../../view/dom.js';
import { savePicture } from '../../view/picture.js';
import { whenChanged } from '../../view/state/select.js';
import { linesOf } from './comparedlines.js';
import { createTwin } from './comparisontable.js';
import { log, titleOf } from './rundigest.js';
import { chosenOf } from './state.js';

/** @typedef {import('./rundigest.js').Run} Run */
/** @typedef {import('./comparedlines.js').Line} Line */

const NOTHING = { onPoint: () => {} };
const TITLES = /** @type {const} */ ({
  accuracy: 'Accuracy on the training batches',
  loss: 'Loss',
  ratio: 'Gradient ratio: first block over last',
});
const CHARTS = /** @type {(keyof typeof TITLES)[]} */ (Object.keys(TITLES));

/**
 * Mount the charts and their table.
 *
 * @param {(name: string) => HTMLElement} find the places of its parts
 * @returns {import('./state.js').View}
 */
export function mountComparison(find) {
  const root = find('compare');
  const charts = {
    accuracy: createLines(find('compare-accuracy'), NOTHING),
    loss: createLines(find('compare-loss'), NOTHING),
    ratio: createLines(find('compare-ratio'), NOTHING),
  };
  const twin = createTwin(find('compare-twin'));
  /** @type {{runs: Run[], theme: 'light'|'dark'}} */
  let drawn = { runs: [], theme: 'light' };
  for (const name of CHARTS) {
    find(`compare-${name}-save`).append(
      .../** @type {const} */ (['svg', 'png']).map((format) =>
        h(
          'button',
          {
            type: 'button',
            class: 'button small',
            'aria-label': `Save ${TITLES[name]} as ${format.toUpperCase()}`,
            onclick: () => {
              const figure = charts[name].figure();
              const title = `${TITLES[name]}: ${drawn.runs.map(titleOf).join(', ')}`;
              if (figure) void savePicture(figure, { title, name: `compare ${name}`, theme: drawn.theme, format });
            },
          },
          format.toUpperCase(),
        ),
      ),
    );
  }

  const update = whenChanged(
    ({ runs, compared, beyond, names, theme }) => [runs, compared, beyond, names, theme],
    (/** @type {import('./state.js').State} */ state) => {
      const runs = chosenOf(state);
      const { theme } = state;
      root.hidden = runs.length === 0;
      if (root.hidden) return;
      drawn = { runs, theme };
      const lines = linesOf(runs, state.names);
      const end = Math.max(1, ...lines.map(({ steps }) => steps.at(-1) ?? 0));
      const steps = ticksTo(end);
      const common = {
        theme,
        xRange: /** @type {[number, number]} */ ([0, end]),
        xTicks: { values: steps, texts: steps.map(String) },
        xTitle: 'step',
        cursor: null,
      };
      const series = (/** @type {(line: Line) => number[]} */ read) =>
        lines.map((line) => ({
          x: line.steps,
          y: read(line),
          color: lookOf(line.letter, theme).color,
          dash: line.dash,
          label: line.label,
        }));

      const losses = lines.flatMap(({ loss }) => loss).filter(Number.isFinite);
      const most = losses.length > 0 ? Math.max(...losses) * 1.05 : 1;
      const ratios = series(({ ratio }) => ratio.map(log));
      const range = decadeRange([...ratios.flatMap(({ y }) => y), 0], 0) ?? [-6, 0];
      const heights = [0, 0.25, 0.5, 0.75, 1];
      const ticks = [0, most / 2, most];
      charts.accuracy.update({
        ...common,
        series: series(({ accuracy }) => accuracy),
        yRange: [0, 1.02],
        yTitle: 'accuracy',
        yTicks: { values: heights, texts: heights.map((value) => `${value * 100} %`) },
      });
      charts.loss.update({
        ...common,
        series: series(({ loss }) => loss),
        yRange: [0, most],
        yTitle: 'loss',
        yTicks: { values: ticks, texts: ticks.map((value) => formatNumber(Number(value.toPrecision(2)))) },
      });
      charts.ratio.update({ ...common, series: ratios, yRange: range, yTitle: 'ratio', yTicks: decadeTicks(range, 5) });
      twin.update(lines);
    },
  );
  return {
    update,
    destroy() {
      for (const name of CHARTS) {
        charts[name].destroy();
        find(`compare-${name}-save`).replaceChildren();
      }
      find('compare-twin').replaceChildren();
    },
  };
}
