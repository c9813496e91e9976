import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, factsOf, shape, short, sizeOf } from '../../../static/js/figure/facts.js';
import { formatNumber } from '../../../static/js/figure/scale.js';
import { termsOf } from '../../../static/js/view/diagram/equation.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { asWanted, probeOf, SUMMARIES } from '../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const first = {
  type: 'first',
  summaries,
  descriptions: [{ preset: 'plain20' }, { preset: 'resnet20' }],
  probe: summaries.map((one) => probeOf(one)),
  settings: initialState().settings,
  presets: [],
  datasets: [],
};
const state = reduce(initialState(), first);
const at = (variant, block, layer = null, of = state) => factsOf(of, { variant, block, tap: block, layer });
const fact = (found, name) => [...found.facts, ...found.numbers].find(([one]) => one === name)?.[1];

test('a block says its skip and its shape', () => {
  const same = at(1, 'layer1.1');
  assert.equal(same.title, 'Block 2: layer1.1');
  assert.equal(same.subtitle, 'ResNet-20');
  assert.equal(fact(same, 'skip'), 'identity, connected');
  assert.equal(fact(same, 'shape'), '16×8×8');
  const down = at(1, 'layer2.0');
  assert.equal(fact(down, 'skip'), 'projection, connected');
  assert.equal(fact(down, 'shape'), '16×8×8 → 32×4×4');
  assert.equal(fact(at(0, 'layer2.0'), 'skip'), 'cut');
});

test('a skip that was connected by hand says which kind it is', () => {
  const summary = { ...SUMMARIES.plain20, architecture: { ...SUMMARIES.plain20.architecture, projection: 'C' } };
  const all = summary.graph.blocks.map(() => true);
  const on = [
    { ...first, summaries: [summary], descriptions: [{ preset: 'plain20' }], probe: [probeOf(summary)] },
    { type: 'skips', variant: 0, skips: all, label: '' },
  ].reduce(reduce, initialState());
  assert.equal(fact(at(0, 'layer1.1', null, asWanted(on)), 'skip'), 'projection, connected');
});

test('the numbers of a block are all of the measure that is drawn, which is named with its unit', () => {
  const of = (variant, quantity) =>
    factsOf({ ...state, quantity }, { variant, block: 'layer1.1', tap: null, layer: null });
  const names = (variant, quantity) => of(variant, quantity).numbers.map(([name]) => name);
  assert.equal(of(1, 'gradient_path').measure, 'Gradient ∂L/∂x by path, RMS');
  assert.deepEqual(names(1, 'gradient_path'), ['through F', 'through the skip', 'at the output']);
  assert.deepEqual(names(0, 'gradient_path'), ['through F', 'at the output'], 'no shortcut, no number of it');
  assert.deepEqual(names(1, 'activation'), ['F(x)', 'shortcut', 'at the output']);
  assert.deepEqual(names(1, 'branch_ratio'), ['F(x) : shortcut']);
  assert.deepEqual(names(0, 'branch_ratio'), []);
  assert.equal(of(1, 'weight_gradient').measure, 'Weight gradient ∂L/∂W, L2 norm');
  assert.deepEqual(names(1, 'weight_gradient'), ['conv1', 'conv2']);
  assert.equal(fact(of(1, 'dead_units'), 'at the output'), '50 %');
  assert.equal(fact(of(1, 'dead_units'), 'dead units'), undefined, 'an old run did not count them');
  const tap = state.variants[1].taps.indexOf('layer1.1');
  const counted = { ...state.values[1], dead_units: state.values[1].dead_units.map((_, i) => (i === tap ? 3 : NaN)) };
  const values = [state.values[0], counted];
  const found = factsOf({ ...state, values, quantity: 'dead_units' }, { variant: 1, block: 'layer1.1', tap: null });
  assert.equal(fact(found, 'dead units'), '3');
  // the norm of a part, as RMS of its elements: the same number as the diagram's
  const { input_shape } = summaries[1].graph.blocks[1];
  const count = state.measured.batchSize * input_shape.reduce((product, size) => product * size, 1);
  const norm = state.values[1].residual_gradient_norm[1];
  assert.equal(fact(of(1, 'gradient_path'), 'through F'), formatNumber(norm / Math.sqrt(count)));
});

test('a block says what its layers cost together; the projection of a cut skip is not computed', () => {
  const summary = structuredClone(SUMMARIES.resnet18);
  const own = summary.layers.filter(({ block }) => block === 'layer2.0');
  own.forEach((layer, i) => Object.assign(layer, { parameters: 1000, macs: 2000, receptive_field: 40 + i }));
  const projected = own.filter(({ path }) => path === 'projection').length;
  assert.ok(projected > 0);
  const of = reduce(initialState(), {
    ...first,
    summaries: [summary],
    descriptions: [{ preset: 'resnet18' }],
    probe: [probeOf(summary)],
  });
  assert.deepEqual(at(0, 'layer2.0', null, of).facts.slice(2), [
    ['parameters', count(1000 * own.length)],
    ['MACs', count(2000 * own.length)],
    ['receptive field', `${39 + own.length} px`],
  ]);
  const [variant] = of.variants;
  const cut = { ...variant, skips: variant.skips.map((_, b) => b !== 2) };
  assert.equal(sizeOf(cut, 2)[0][1], count(1000 * (own.length - projected)));
  assert.deepEqual([999, 1234, 147456, 57802752, 3.6e9].map(short), [
    '999',
    '1.23\u2009k',
    '147\u2009k',
    '57.8\u2009M',
    '3.6\u2009G',
  ]);
});

test('a layer says its kernel, stride, size and cost', () => {
  const summary = structuredClone(SUMMARIES.resnet18);
  Object.assign(
    summary.layers.find(({ name }) => name === 'layer2.0.conv1'),
    { parameters: 73728, macs: 57802752, receptive_field: 59, groups: 32, stride: [2, 2] },
  );
  const of = reduce(initialState(), {
    ...first,
    summaries: [summary],
    descriptions: [{ preset: 'resnet18' }],
    probe: [probeOf(summary)],
  });
  const conv = at(0, 'layer2.0', 'layer2.0.conv1', of);
  assert.equal(conv.title, 'layer2.0.conv1');
  assert.deepEqual(conv.facts, [
    ['type', 'convolution, 3×3, stride 2, 32 groups'],
    ['shape', '64×56×56 → 128×28×28'],
    ['parameters', '73\u2009728'],
    ['MACs', '57\u2009802\u2009752'],
    ['receptive field', '59 px'],
  ]);
  const relu = at(0, 'layer2.0', 'layer2.0.relu1', of);
  assert.equal(fact(relu, 'type'), 'activation');
  assert.equal(fact(at(0, 'layer2.0', 'layer2.0.relu1', { ...of, quantity: 'dead_units' }), 'here'), '50 %');
  assert.deepEqual(
    at(0, 'layer2.0', 'layer2.0.bn1', of).numbers,
    at(0, 'layer2.0', null, of).numbers,
    "without a number of its own: its block's",
  );
});

test('elements that are not finite are counted', () => {
  const probe = summaries.map((one) => probeOf(one));
  const tap = probe[1].taps.indexOf('layer1.1.relu1');
  probe[1].values.nonfinite[tap] = 4096;
  probe[1].values.gradient_rms[tap] = 'inf';
  const found = at(1, 'layer1.1', 'layer1.1.relu1', reduce(initialState(), { ...first, probe }));
  assert.equal(fact(found, 'not finite'), '4\u2009096 elements');
  assert.equal(fact(found, 'here'), 'not finite');
});

test('a dropped block is told apart from one that was not measured', () => {
  const probe = summaries.map((one) => probeOf(one));
  Object.assign(probe[1], { dropped: ['layer1.1'] });
  const b = probe[1].blocks.indexOf('layer1.1');
  probe[1].values.residual_rms[b] = null;
  probe[1].values.residual_gradient_norm[b] = null;
  const of = reduce(initialState(), { ...first, probe });
  assert.equal(fact(at(1, 'layer1.1', null, of), 'F(x)'), 'dropped in this step');
  assert.equal(fact(at(1, 'layer1.1', 'layer1.1.conv1', of), 'F(x)'), 'dropped in this step');
  assert.equal(fact(at(1, 'layer1.1', null, of), 'through F'), undefined);
  for (const [variant, block] of [
    [1, 'layer1.0'],
    [0, 'layer1.1'],
  ])
    assert.equal(fact(at(variant, block, null, of), 'F(x)'), undefined);
  assert.deepEqual(
    termsOf(of, 1, b).forward.terms.map(({ under }) => under === 'dropped'),
    [true, false],
  );
  assert.equal(termsOf(of, 1, b).backward.terms[0].under, 'dropped');
});

test('what is not there has no facts', () => {
  assert.equal(at(7, 'layer1.0'), null);
  assert.equal(at(0, 'layer9.0'), null);
  assert.equal(at(0, null), null);
  assert.equal(shape([3, 32, 32]), '3×32×32');
  assert.equal(count(1234567), '1\u2009234\u2009567');
});
