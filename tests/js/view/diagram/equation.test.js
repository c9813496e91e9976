import assert from 'node:assert/strict';
import { test } from 'node:test';
import { termsOf } from '../../../../static/js/view/diagram/equation.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { asWanted, probeOf, SUMMARIES } from '../../golden.js';

/** ResNet-20 at a probe, its architecture changed by these fields. */
function stateOf(fields = {}, events = []) {
  const summary = { ...SUMMARIES.resnet20, architecture: { ...SUMMARIES.resnet20.architecture, ...fields } };
  const first = {
    type: 'first',
    summaries: [summary],
    descriptions: [{ preset: 'resnet20' }],
    probe: [probeOf(summary)],
    settings: initialState().settings,
    presets: [],
    datasets: [],
  };
  return asWanted([first, ...events].reduce(reduce, initialState()));
}
const cut = { type: 'skips', variant: 0, skips: SUMMARIES.resnet20.graph.blocks.map(() => false), label: '' };

/** The forward equation as text. */
function written(fields, block = 1, events = []) {
  const {
    forward: { left, terms, wrap },
  } = termsOf(stateOf(fields, events), 0, block);
  const sum = terms.map(({ symbol }) => symbol).join(' + ');
  return `${left.symbol} = ${wrap ? `${wrap}(${sum})` : sum}`;
}

test('a block says what it computes', () => {
  assert.equal(written({}), 'y = ReLU(F(x) + x)');
  assert.equal(written({}, 3), 'y = ReLU(F(x) + pad(x))', 'the first block of a stage changes the shape');
  assert.equal(written({ projection: 'B' }, 3), 'y = ReLU(F(x) + W x)');
  assert.equal(written({ projection: 'C' }), 'y = ReLU(F(x) + W x)');
  assert.equal(written({ order: 'pre_activation' }), 'y = F(x) + x');
  assert.equal(written({ order: 'relu_before_addition', activation: 'tanh' }), 'y = F(x) + x');
  assert.equal(written({ order: 'bn_after_addition', norm: 'batch', activation: 'gelu' }), 'y = GELU∘BN(F(x) + x)');
  assert.equal(written({ order: 'bn_after_addition', norm: 'group' }), 'y = ReLU∘GN(F(x) + x)');
});

test('each kind of shortcut says what it does to x, where it projects too', () => {
  const pre = { order: 'pre_activation', projection: 'B' };
  assert.equal(written({ ...pre, shortcut: 'constant_scaling', shortcut_scale: 0.5 }), 'y = F(x) + 0.5·x');
  assert.equal(
    written({ ...pre, shortcut: 'constant_scaling', shortcut_scale: 0.5, residual_scale: 0.25 }),
    'y = 0.25·F(x) + 0.5·x',
  );
  assert.equal(written({ ...pre, shortcut: 'constant_scaling', shortcut_scale: 0.5 }, 3), 'y = F(x) + 0.5·W x');
  assert.equal(written({ ...pre, shortcut: 'exclusive_gating' }), 'y = g(x)·F(x) + (1−g(x))·x');
  assert.equal(written({ ...pre, shortcut: 'shortcut_only_gating' }, 6), 'y = F(x) + (1−g(x))·W x');
  assert.equal(written({ ...pre, shortcut: 'dropout', projection: 'A' }, 3), 'y = F(x) + dropout(pad(x))');
  assert.equal(written({ ...pre, shortcut: 'conv1x1' }), 'y = F(x) + W x');
  const repvgg = { ...pre, order: 'post_activation', block: 'repvgg' };
  assert.deepEqual(
    [1, 3].map((block) => written(repvgg, block)),
    ['y = ReLU(F(x) + (BN x + BN W x))', 'y = ReLU(F(x) + BN W x)'],
  );
  const decayed = { ...pre, shortcut: 'decayed', shortcut_scale: 0.2 };
  assert.deepEqual(
    [0, 1, 3, 8].map((block) => written(decayed, block)),
    ['y = F(x) + 1·x', 'y = F(x) + 0.9·x', 'y = F(x) + 0.7·W x', 'y = F(x) + 0.2·x'],
  );
});

test('a branch over the root of the depth says so', () => {
  assert.equal(written({ residual_init: 'depth_scaled', order: 'pre_activation' }), 'y = F(x)/√9 + x');
  const both = { shortcut: 'constant_scaling', shortcut_scale: 1, residual_scale: 0.5, residual_init: 'depth_scaled' };
  assert.equal(written(both), 'y = ReLU(0.5·F(x)/√9 + 1·x)');
});

test('a cut block is F alone: neither gate nor factor is left', () => {
  assert.equal(written({}, 1, [cut]), 'y = ReLU(F(x))');
  assert.equal(written({ shortcut: 'exclusive_gating' }, 1, [cut]), 'y = ReLU(F(x))');
  assert.equal(written({ shortcut: 'decayed' }, 1, [cut]), 'y = ReLU(F(x))');
  assert.equal(written({ shortcut: 'constant_scaling', residual_scale: 0.5 }, 1, [cut]), 'y = ReLU(F(x))');
  assert.equal(written({ residual_init: 'depth_scaled' }, 1, [cut]), 'y = ReLU(F(x))');
  const { forward, backward } = termsOf(stateOf({}, [cut]), 0, 1);
  assert.deepEqual(
    [forward.terms[0].hue, backward.terms.length, backward.terms[0].symbol],
    ['plain', 1, 'through F only'],
  );
});

test('a shortcut of less than whole strength says so', () => {
  const weaker = {
    type: 'strength',
    variant: 0,
    strength: SUMMARIES.resnet20.graph.blocks.map((_, b) => (b === 1 ? 0.25 : 1)),
    label: '',
  };
  assert.equal(written({}, 1, [weaker]), 'y = ReLU(F(x) + 0.25·x)');
  assert.equal(written({}, 2, [weaker]), 'y = ReLU(F(x) + x)');
});

test('under each term stands the number measured for it', () => {
  const state = stateOf();
  const [values] = state.values;
  values.residual_rms[4] = 0.125;
  values.identity_rms[4] = 0;
  values.residual_gradient_norm[4] = Infinity;
  // as RMS: layer2.1 reads 32 channels of 4x4 pixels of each image
  values.identity_gradient_norm[4] = 2.5e-9 * Math.sqrt(state.settings.batch_size * 32 * 4 * 4);
  values.activation_rms[state.variants[0].taps.indexOf('layer2.1')] = NaN;
  const { forward, backward } = termsOf(state, 0, 4);
  assert.deepEqual(
    [forward.left, ...forward.terms].map(({ under }) => under),
    ['—', '0.125', '0'],
  );
  assert.deepEqual(
    backward.terms.map(({ under }) => under),
    ['not finite', '2.5×10⁻⁹'],
  );
});
