import assert from 'node:assert/strict';
import { test } from 'node:test';
import { magnitudesOf, QUANTITIES, tapsOf } from '../../../static/js/figure/quantity.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { probeOf, SUMMARIES } from '../golden.js';

/** A network at a probe whose columns were changed before they were read. */
function netOf(name, edit = () => {}) {
  const probe = probeOf(SUMMARIES[name]);
  edit(probe.values, probe);
  const state = reduce(initialState(), {
    type: 'first',
    summaries: [SUMMARIES[name]],
    descriptions: [{ preset: name }],
    probe: [probe],
    settings: initialState().settings,
    presets: [],
    datasets: [],
  });
  return { variant: state.variants[0], values: state.values[0] };
}

test('each quantity has one number a block, and the way into the first one at the end of the trunk', () => {
  const { variant, values } = netOf('resnet18');
  for (const name of Object.keys(QUANTITIES)) {
    const { branch, skip, trunk, layers } = magnitudesOf(name, variant, values, 8);
    assert.deepEqual([branch.length, skip.length, trunk.length], [8, 8, 9], name);
    assert.ok([...branch, ...skip, ...trunk, ...layers.values()].some(Number.isFinite), `${name} draws something`);
    for (const layer of layers.keys())
      assert.ok(
        variant.summary.layers.some((one) => one.name === layer),
        layer,
      );
  }
});

test('zero, not finite and not measured come as their codes', () => {
  const { variant, values } = netOf('resnet20', (columns) => {
    columns.residual_gradient_norm[0] = 0;
    columns.residual_gradient_norm[1] = 'nan';
    columns.nonfinite[3] = 1;
  });
  const { branch } = magnitudesOf('gradient_path', variant, values, 64);
  assert.deepEqual([...branch.subarray(0, 2)], [-Infinity, Infinity]);
  const plain = netOf('plain20');
  assert.ok(
    magnitudesOf('gradient_path', plain.variant, plain.values, 64).skip.every(Number.isNaN),
    'a cut skip was not measured',
  );
});

test('a ratio of what is exactly zero is said for what it is', () => {
  const { variant, values } = netOf('resnet20', (columns) => {
    columns.residual_rms[0] = 0;
    columns.identity_rms[1] = 0;
    columns.residual_rms[2] = columns.identity_rms[2] = 0;
  });
  assert.deepEqual(
    [...magnitudesOf('branch_ratio', variant, values, 64).branch.subarray(0, 3)],
    [-Infinity, Infinity, NaN],
  );
});

test("a path's gradient as RMS does not depend on the size of what it flows through", () => {
  const { variant, values } = netOf('resnet20', (columns, { blocks }) => {
    columns.identity_gradient_norm = blocks.map((_, b) => {
      const [c, h, w] = SUMMARIES.resnet20.graph.blocks[b].input_shape;
      return 1e-3 * Math.sqrt(32 * c * h * w);
    });
  });
  for (const log of magnitudesOf('gradient_path', variant, values, 32).skip)
    assert.ok(Math.abs(log + 3) < 1e-12, String(log));
});

test('a convolution is drawn by the first activation behind it in its block', () => {
  const { variant } = netOf('resnet50');
  const { after, stem } = tapsOf(variant);
  assert.equal(stem, 'relu');
  assert.equal(after.get('conv1'), 'relu');
  assert.equal(after.get('layer1.0.conv1'), 'layer1.0.relu1');
  assert.equal(after.get('layer1.0.conv2'), 'layer1.0.relu2');
  assert.equal(after.get('layer1.0.downsample.0'), undefined, 'a projection has no activation of its own');
  for (const [layer, tap] of after)
    assert.equal(
      layer.split('.').slice(0, 2).join('.') === layer ? '' : layer.split('.').slice(0, -1).join('.'),
      layer === 'conv1' ? '' : tap.split('.').slice(0, 2).join('.'),
      `${layer} by ${tap}`,
    );
});

test('pre-activation: the last convolution of a block has no activation behind it', () => {
  const summary = structuredClone(SUMMARIES.resnet20);
  for (const block of summary.graph.blocks) {
    const own = summary.layers.filter((layer) => layer.block === block.name && layer.type !== 'activation');
    const inner = { ...own[0], name: `${block.name}.relu2`, type: 'activation', path: 'residual' };
    const at = summary.layers.findIndex((layer) => layer.name === `${block.name}.conv2`);
    summary.layers = summary.layers.filter((layer) => !(layer.block === block.name && layer.type === 'activation'));
    summary.layers.splice(
      summary.layers.findIndex((layer) => layer.name === `${block.name}.conv2`),
      0,
      inner,
    );
    assert.ok(at > 0);
  }
  const variant = {
    ...netOf('resnet20').variant,
    summary,
    taps: summary.graph.blocks.map(({ name }) => `${name}.relu2`),
  };
  const { after } = tapsOf(variant);
  assert.equal(after.get('layer1.1.conv1'), 'layer1.1.relu2');
  assert.equal(after.has('layer1.1.conv2'), false, "the next block's activation is not its own");
});

test('taps are found anew where a run names them otherwise', () => {
  const { variant } = netOf('resnet20');
  const before = tapsOf(variant);
  assert.equal(tapsOf(variant), before, 'once a network');
  const again = tapsOf({ ...variant, taps: [...variant.taps].reverse() });
  assert.equal(again.index.get(variant.taps[0]), variant.taps.length - 1);
});
