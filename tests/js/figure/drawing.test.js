// What the page draws, held by a golden file: notebooks draw with the same modules.
import { test } from 'node:test';
import { figureOf } from '../../../static/js/figure/drawing.js';
import { focus } from '../../../static/js/figure/focus.js';
import { layoutDiagram } from '../../../static/js/figure/layout.js';
import { netOf } from '../../../static/js/figure/net.js';
import { PALETTES } from '../../../static/js/figure/palette.js';
import { decadeRange, decadeTicks, formatNumber, magnitudeStyle } from '../../../static/js/figure/scale.js';
import { stripTrace } from '../../../static/js/figure/stripfigure.js';
import { stylesOf } from '../../../static/js/figure/styles.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { asWanted, holds, probeOf, SUMMARIES } from '../golden.js';

const THEMES = ['light', 'dark'];
const HUES = ['identity', 'residual', 'plain'];
const LOGS = [-9, -6, -5.1, -3.75, -2, -0.4, 0, 2, -Infinity, Infinity, NaN];
const NUMBERS = [0, 1, 0.125, 1.125, 0.00098, 0.001, 12345.6, 9999, 9999.9, 1e-9, 2.25e-9, -0.5, -3e7, Infinity, NaN];
const SPANS = [[-6.2, -3.1, -1.7, -0.2, -Infinity, NaN], [0.5], [], [-40, -39.5, -30, -2]];

/** Two networks with the three kinds of what is no number, and one more cut. */
function start(events = []) {
  const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
  const probe = summaries.map((one) => probeOf(one));
  const [, { values }] = probe;
  for (const column of Object.values(values)) column[2] = 0;
  values.residual_gradient_norm[1] = 'nan';
  values.identity_gradient_norm[1] = 'nan';
  values.gradient_rms[5] = 'nan';
  values.nonfinite[5] = 1;
  const settings = initialState().settings;
  return asWanted(
    [
      {
        type: 'first',
        summaries,
        descriptions: [{ preset: 'plain20' }, { preset: 'resnet20' }],
        probe,
        settings,
        presets: [],
        datasets: [],
      },
      { type: 'scale', changes: { low: -6, high: -1 } },
      { type: 'skips', variant: 1, skips: summaries[1].graph.blocks.map((_, b) => b !== 7), label: '' },
      ...events,
    ].reduce(reduce, initialState()),
  );
}

/** @param {any} state @param {number} width */
const layoutOf = (state, width) =>
  layoutDiagram({ nets: state.variants.map(netOf), width, height: 560, view: 'paper' });

/** The focus of a small net: what a deep one's brush covers. */
function focused(state) {
  const width = 820;
  const out = {
    kind: 'focus',
    width,
    height: 560,
    panels: [],
    lines: [],
    boxes: [],
    junctions: [],
    points: [],
    texts: [],
    badges: [],
    blocks: [],
    switches: [],
    stages: [],
    values: [],
    strips: [],
    windows: [],
    brush: null,
    places: 0,
  };
  focus(out, { nets: state.variants.map(netOf), width, height: 560, view: 'trunk', brush: { from: 1, to: 8 } });
  return out;
}

/** What a golden file can say: text for what JSON has no word for. */
const written = (value) => (Number.isFinite(value) ? value : String(value));

test('the figure is the golden one', () => {
  const state = start();
  const dark = start([
    { type: 'theme', theme: 'dark' },
    { type: 'quantity', quantity: 'activation' },
    { type: 'scale', changes: { scope: 'stage' } },
  ]);
  const with_ = (...events) => start(events);
  const preactivated = [
    {
      type: 'first',
      summaries: [SUMMARIES.preact20],
      descriptions: [{ preset: 'resnet20' }],
      probe: [probeOf(SUMMARIES.preact20)],
      settings: state.settings,
      presets: [],
      datasets: [],
    },
    { type: 'scale', changes: { scope: 'stage' } },
  ].reduce(reduce, initialState());
  const columns = layoutOf(state, 820);
  holds('figures.json', {
    palettes: PALETTES,
    magnitudes: THEMES.flatMap((theme) =>
      HUES.flatMap((hue) =>
        LOGS.map((log) => ({ theme, hue, log: written(log), ...magnitudeStyle(hue, log, [-6, 0], theme) })),
      ),
    ),
    numbers: NUMBERS.map((value) => [written(value), formatNumber(value)]),
    ranges: SPANS.map((logs) => ({
      logs: logs.map(written),
      range: decadeRange(logs),
      untrimmed: decadeRange(logs, 0),
      ticks: decadeTicks(decadeRange(logs) ?? [-6, 0], 5),
    })),
    figure: figureOf(columns, stylesOf(state, columns), 'light'),
    'rows, dark, activation, by stage': stylesOf(dark, layoutOf(dark, 400)),
    'focus, by network': figureOf(
      focused(state),
      stylesOf(with_({ type: 'scale', changes: { scope: 'network' } }), focused(state)),
      'dark',
    ),
    'strips, by network': stripTrace(with_({ type: 'scale', changes: { scope: 'network' } }), focused(state)),
    'weight gradient, by block': stylesOf(
      with_({ type: 'quantity', quantity: 'weight_gradient' }, { type: 'scale', changes: { scope: 'block' } }),
      columns,
    ),
    'weight gradient, by network': stylesOf(
      with_({ type: 'quantity', quantity: 'weight_gradient' }, { type: 'scale', changes: { scope: 'network' } }),
      columns,
    ),
    'pre-activated, by stage': stylesOf(preactivated, layoutOf(preactivated, 820)),
    'branch ratio': stylesOf(
      with_({ type: 'quantity', quantity: 'branch_ratio' }, { type: 'scale', changes: { low: -6, high: -1 } }),
      columns,
    ),
    'dead units': stylesOf(with_({ type: 'quantity', quantity: 'dead_units' }), columns),
  });
});
