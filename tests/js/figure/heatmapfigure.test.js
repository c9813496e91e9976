import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heatmapOf } from '../../../static/js/figure/heatmapfigure.js';
import { signedColor } from '../../../static/js/figure/scale.js';
import { historyOf, tellHistory } from '../../../static/js/view/diagram/blockhistory.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { didOf, holds, probeOf, SUMMARIES } from '../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];

/** A run of four steps whose second network lost two skips before the third. */
function trained() {
  const probe = summaries.map((one) => probeOf(one));
  const skips = summaries[1].graph.blocks.map((_, b) => b > 1);
  const record = (step) => ({
    step,
    epoch: 0,
    elapsed: step,
    lr: 0.1,
    variants: probe.map((one, v) => ({
      ...didOf(one),
      loss: 1,
      ...(v === 1 && step > 1 && { net: { ...one.net, skips } }),
    })),
  });
  const steps = [0, 1, 2, 3].map(record);
  steps[1].variants[0].values.gradient_rms[3] = 0;
  steps[1].variants[0].values.gradient_rms[4] = 'nan';
  steps[1].variants[0].values.nonfinite[4] = 1;
  return [
    {
      type: 'first',
      summaries,
      descriptions: [{ preset: 'plain20' }, { preset: 'resnet20' }],
      probe,
      settings: initialState().settings,
      presets: [],
      datasets: [],
    },
    { type: 'run/opened', id: 'a', state: 'running' },
    { type: 'stream/schema', id: 1, variants: probe },
    { type: 'stream/step', id: 2, record: steps[0] },
    { type: 'stream/step', id: 3, record: steps[1] },
    { type: 'stream/change', id: 4, step: 2, variant: 1, changed: { skips } },
    { type: 'stream/step', id: 5, record: steps[2] },
    { type: 'stream/step', id: 6, record: steps[3] },
  ].reduce(reduce, initialState());
}

test('the exported heatmap is the golden one', () => {
  const state = trained();
  holds('heatmap.json', {
    light: heatmapOf(state, [
      [-4, 0],
      [-3, -1],
    ]),
    dark: heatmapOf({ ...state, theme: 'dark' }, [
      [-12, -3],
      [-12, -3],
    ]),
  });
});

test('the exported heatmap has a bar a hue, the codes, and the marks of each network', () => {
  const { data, layout } = heatmapOf(trained(), [
    [-4, 0],
    [-4, 0],
  ]);
  assert.equal(data.filter((trace) => trace.showscale).length, 2, 'plain and residual');
  const codes = data[1].z;
  assert.deepEqual([codes[3][1], codes[4][1], codes[3][0]], [0, 1, null]);
  assert.deepEqual(
    layout.shapes.map(({ x0, xref }) => [x0, xref]),
    [[2, 'x2']],
    'only the network that was changed',
  );
  assert.match(layout.annotations.at(-1).text, /exactly zero.*not finite.*not measured/);
});

test('cosines are drawn a row a block, from -1 to 1 around 0, in two hues', () => {
  const state = trained();
  const { data, layout } = heatmapOf({ ...state, heat: 'descent_cosine' }, [
    [-1, 1],
    [-1, 1],
  ]);
  const [numbers] = data;
  assert.deepEqual(numbers.y, state.variants[0].blocks);
  assert.deepEqual([numbers.zmin, numbers.zmax], [-1, 1]);
  const colors = new Map(numbers.colorscale);
  assert.equal(colors.get(1), signedColor(1, state.theme));
  assert.equal(colors.get(0), signedColor(-1, state.theme));
  assert.equal(colors.get(0.5), signedColor(0, state.theme));
  const at = (row) => state.history.variants[0].data.descent_cosine[row * state.variants[0].blocks.length + 1];
  assert.deepEqual(
    numbers.z[1],
    numbers.z[1].map((_, row) => (Number.isFinite(at(row)) ? at(row) : null)),
    'as they are, not as logarithms',
  );
  assert.match(layout.annotations[0].text, /cosine of F\(x\) and −∂L\/∂x/);
});

test("a block's history has a line a path, the changes of its network, and tells both", () => {
  const state = trained();
  const chart = historyOf(state, 1, 4);
  assert.deepEqual(
    chart.series.map(({ label }) => label),
    ['through F', 'through skip'],
  );
  assert.deepEqual(chart.changes, [2]);
  assert.deepEqual(historyOf(state, 0, 4).changes, [], "another network's change is not its own");
  const told = tellHistory(state, 1, 4, 2.2);
  assert.equal(told.title, 'step 2');
  assert.equal(told.rows.length, 2);
  assert.deepEqual(tellHistory(state, 1, 4, 2).notes, ['step 2: ResNet-20: cut 2 skips']);
});
