import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draw } from '../../../static/js/figure/asked.js';
import { holds, probeOf, SUMMARIES } from '../golden.js';

const names = ({ taps, weights, blocks }) => ({ taps, weights, blocks });
const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const probes = summaries.map((one) => probeOf(one));
const values = probes.map((one) => ({
  names: names(one),
  values: one.values,
  exact: false,
  dropped: [],
  precision: 'float32',
}));
const networks = probes.map((one) => ({ label: one.label, names: names(one), precision: 'float32' }));
const skips = (summary) => summary.graph.blocks.map(({ skip }) => skip);
const diagram = {
  figure: 'diagram',
  networks: summaries.map((summary) => ({ summary, label: summary.label, skips: skips(summary) })),
  values: null,
  quantity: 'gradient_path',
  batch_size: 1,
  width: 820,
  height: 560,
  view: 'paper',
  brush: null,
  span: null,
  scope: 'common',
  theme: 'light',
};
const profile = {
  figure: 'profile',
  networks,
  values,
  measure: 'gradient_rms',
  span: null,
  width: 720,
  height: 360,
  theme: 'light',
};

test('figures that stand alone are the golden ones', () => {
  const spoiled = structuredClone(values);
  [2, 4, 6].forEach((tap, i) => (spoiled[1].values.gradient_rms[tap] = [0, 'inf', null][i]));
  holds('asked.json', {
    'a diagram without numbers': draw(diagram),
    'a profile with what is no number': draw({ ...profile, values: spoiled }),
    'a heatmap of paths': draw({
      figure: 'heatmap',
      networks,
      steps: values.map((one) => [
        { step: 0, ...one },
        {
          step: 5,
          ...one,
          dropped: ['layer1.0'],
          values: { ...one.values, residual_rms: one.values.residual_rms.map((x, b) => (b === 0 ? null : x)) },
        },
      ]),
      changes: [{ step: 5, variant: 1 }],
      measure: 'residual_rms',
      span: null,
      theme: 'dark',
      width: 900,
      height: 420,
    }),
  });
});

test('columns in another order are brought into that of the network', () => {
  const [plain] = values;
  const turned = {
    ...plain,
    names: { ...plain.names, taps: plain.names.taps.toReversed() },
    values: {
      ...plain.values,
      gradient_rms: plain.values.gradient_rms.toReversed(),
      nonfinite: plain.values.nonfinite.toReversed(),
    },
  };
  assert.deepEqual(
    draw({ ...profile, networks: networks.slice(0, 1), values: [turned] }),
    draw({ ...profile, networks: networks.slice(0, 1), values: [plain] }),
  );
});

test('a word is a lost number, and null none, whatever was counted', () => {
  const [plain] = structuredClone(values);
  plain.values.nonfinite[2] = 7;
  const marks = (value) => {
    plain.values.gradient_rms[2] = value;
    return draw({ ...profile, networks: networks.slice(0, 1), values: [plain] })
      .data.slice(1)
      .map(({ name }) => name);
  };
  assert.deepEqual([marks('inf'), marks('nan'), marks(null)], [['plain-20: not finite'], ['plain-20: not finite'], []]);
});

test('the range of a diagram is that of its numbers, or the one that is given', () => {
  const rampsOf = (more) =>
    draw({ ...diagram, values, batch_size: 64, ...more })
      .data.filter(({ marker }) => marker?.showscale)
      .map(({ marker }) => [marker.cmin, marker.cmax]);
  assert.deepEqual(rampsOf({ span: [-30, 0] }), [
    [-30, 0],
    [-30, 0],
    [-30, 0],
  ]);
  assert.deepEqual(rampsOf({ quantity: 'activation' }), [
    [-4, 0],
    [-4, 0],
    [-4, 0],
  ]);
  assert.deepEqual(rampsOf({ scope: 'block' }), []);
  assert.deepEqual(rampsOf({ values: null }), []);
});

test('each box, junction and cell of a diagram tells its number', () => {
  const figure = draw({ ...diagram, values, batch_size: 64 });
  const [boxes, , junctions] = figure.data;
  assert.equal(boxes.hovertext.length, boxes.x.length);
  assert.match(
    boxes.hovertext.find((text) => text.includes('<b>layer2.0.conv1</b>, ResNet-20')),
    /16×8×8 → 32×4×4<br>gradient ∂L\/∂x by path, RMS: /,
  );
  assert.match(junctions.hovertext[0], /the skip is cut: y = F\(x\)/);
  assert.match(junctions.hovertext.at(-1), /shortcut: /);
});
