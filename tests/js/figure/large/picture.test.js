import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockPicture, tell } from '../../../../static/js/figure/large/picture.js';
import { readBlock } from '../../../../static/js/figure/large/reading.js';
import { rootOf, textOf } from '../../../../static/js/figure/lesson/scene.js';
import { formatNumber } from '../../../../static/js/figure/scale.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { holds, KINDS, probeOf, SUMMARIES } from '../../golden.js';

/** Before the paths part | on the branch | on the shortcut | after the addition | what the shortcut does to x. */
const EVERY_KIND = [
  'basic, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | - | ReLU | x passes unchanged: the identity',
  'basic, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  'no norm, 1: - | conv 3×3 ReLU conv 3×3 | - | ReLU | x passes unchanged: the identity',
  'no norm, 2: - | conv 3×3 /2 ReLU conv 3×3 | conv 1×1 /2 | ReLU | x, then conv 1×1 /2',
  'group norm, tanh, 1: - | conv 3×3 GroupNorm tanh conv 3×3 GroupNorm | - | tanh | x passes unchanged: the identity',
  'group norm, tanh, 2: - | conv 3×3 /2 GroupNorm tanh conv 3×3 GroupNorm | conv 1×1 /2 GroupNorm | tanh | x, then conv 1×1 /2, GroupNorm',
  'plain, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | - | ReLU | cut',
  'plain, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | - | ReLU | cut',
  'option A, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | - | ReLU | x passes unchanged: the identity',
  'option A, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | zero padding /2 | ReLU | x, then zero padding /2',
  'option C, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 BatchNorm | ReLU | x, then conv 1×1, BatchNorm',
  'option C, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  '1x1 shortcut, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 BatchNorm | ReLU | x, then conv 1×1, BatchNorm',
  '1x1 shortcut, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  'scaled, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm × 0.25 | × 0.5 | ReLU | x, then × 0.5',
  'scaled, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm × 0.25 | conv 1×1 /2 BatchNorm × 0.5 | ReLU | x, then conv 1×1 /2, BatchNorm, × 0.5',
  'exclusive gate, 1: - | BatchNorm ReLU conv 3×3 BatchNorm ReLU conv 3×3 × g(x) | × (1 − g(x)) | - | x, then × (1 − g(x))',
  'exclusive gate, 2: BatchNorm ReLU | conv 3×3 /2 BatchNorm ReLU conv 3×3 × g(x) | conv 1×1 /2 × (1 − g(x)) | - | x, then conv 1×1 /2, × (1 − g(x))',
  'shortcut gate, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | × (1 − g(x)) | ReLU | x, then × (1 − g(x))',
  'shortcut gate, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 /2 BatchNorm × (1 − g(x)) | ReLU | x, then conv 1×1 /2, BatchNorm, × (1 − g(x))',
  'dropout, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | dropout | ReLU | x, then dropout',
  'dropout, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 /2 BatchNorm dropout | ReLU | x, then conv 1×1 /2, BatchNorm, dropout',
  'norm after addition, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 | - | BatchNorm ReLU | x passes unchanged: the identity',
  'norm after addition, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 | conv 1×1 /2 BatchNorm | BatchNorm ReLU | x, then conv 1×1 /2, BatchNorm',
  'activation before addition, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm ReLU | - | - | x passes unchanged: the identity',
  'activation before addition, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm ReLU | conv 1×1 /2 BatchNorm | - | x, then conv 1×1 /2, BatchNorm',
  'activation-only pre-activation, 1: - | ReLU conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm | - | - | x passes unchanged: the identity',
  'activation-only pre-activation, 2: ReLU | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm | conv 1×1 /2 BatchNorm | - | x, then conv 1×1 /2, BatchNorm',
  'pre-activation, 1: - | BatchNorm ReLU conv 3×3 BatchNorm ReLU conv 3×3 | - | - | x passes unchanged: the identity',
  'pre-activation, 2: BatchNorm ReLU | conv 3×3 /2 BatchNorm ReLU conv 3×3 | conv 1×1 /2 | - | x, then conv 1×1 /2',
  'pre-activated bottleneck, 1: - | BatchNorm ReLU conv 1×1 BatchNorm ReLU conv 3×3 BatchNorm ReLU conv 1×1 | - | - | x passes unchanged: the identity',
  'pre-activated bottleneck, 2: BatchNorm ReLU | conv 1×1 BatchNorm ReLU conv 3×3 /2 BatchNorm ReLU conv 1×1 | conv 1×1 /2 | - | x, then conv 1×1 /2',
  'bottleneck, 1: - | conv 1×1 BatchNorm ReLU conv 3×3 BatchNorm ReLU conv 1×1 BatchNorm | - | ReLU | x passes unchanged: the identity',
  'bottleneck, 2: - | conv 1×1 BatchNorm ReLU conv 3×3 /2 BatchNorm ReLU conv 1×1 BatchNorm | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  'ResNet-D bottleneck, 1: - | conv 1×1 BatchNorm ReLU conv 3×3 BatchNorm ReLU conv 1×1 BatchNorm | - | ReLU | x passes unchanged: the identity',
  'ResNet-D bottleneck, 2: - | conv 1×1 BatchNorm ReLU conv 3×3 /2 BatchNorm ReLU conv 1×1 BatchNorm | average pool /2 conv 1×1 BatchNorm | ReLU | x, then average pool /2, conv 1×1, BatchNorm',
  'SE bottleneck, 1: - | conv 1×1 BatchNorm ReLU conv 3×3 BatchNorm ReLU conv 1×1 BatchNorm × SE weights | - | ReLU | x passes unchanged: the identity',
  'SE bottleneck, 2: - | conv 1×1 BatchNorm ReLU conv 3×3 /2 BatchNorm ReLU conv 1×1 BatchNorm × SE weights | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  'RepVGG, 1: - | conv 3×3 BatchNorm | conv 1×1 BatchNorm + BN(x) | ReLU | x, then conv 1×1, BatchNorm, + BN(x)',
  'RepVGG, 2: - | conv 3×3 /2 BatchNorm | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  'SkipInit, 1: - | conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm × learned | - | ReLU | x passes unchanged: the identity',
  'SkipInit, 2: - | conv 3×3 /2 BatchNorm ReLU conv 3×3 BatchNorm × learned | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  'LayerScale, 1: - | conv 1×1 BatchNorm ReLU conv 3×3 BatchNorm ReLU conv 1×1 BatchNorm × SE weights × learned, a channel | - | ReLU | x passes unchanged: the identity',
  'LayerScale, 2: - | conv 1×1 BatchNorm ReLU conv 3×3 /2 BatchNorm ReLU conv 1×1 BatchNorm × SE weights × learned, a channel | conv 1×1 /2 BatchNorm | ReLU | x, then conv 1×1 /2, BatchNorm',
  'Fixup, 1: - | + bias conv 3×3 + bias ReLU + bias conv 3×3 × learned + bias | - | ReLU | x passes unchanged: the identity',
  'Fixup, 2: - | + bias conv 3×3 /2 + bias ReLU + bias conv 3×3 × learned + bias | + bias conv 1×1 /2 | ReLU | x, then + bias, conv 1×1 /2',
  'Fixup bottleneck, 1: - | + bias conv 1×1 + bias ReLU + bias conv 3×3 + bias ReLU + bias conv 1×1 × learned + bias | - | ReLU | x passes unchanged: the identity',
  'Fixup bottleneck, 2: - | + bias conv 1×1 + bias ReLU + bias conv 3×3 /2 + bias ReLU + bias conv 1×1 × learned + bias | + bias conv 1×1 /2 | ReLU | x, then + bias, conv 1×1 /2',
];

/** A preset at a probe, after some events. */
function stateOf(name, events = [], change = (one) => one) {
  const summary = SUMMARIES[name] ?? KINDS[name];
  const first = {
    type: 'first',
    summaries: [summary],
    descriptions: [{ preset: name }],
    probe: [change(probeOf(summary))],
    settings: { ...initialState().settings, batch_size: 4 },
    presets: [],
    datasets: [],
  };
  return [first, ...events].reduce(reduce, initialState());
}
const blockOf = (state, name) => readBlock(state, 0, state.variants[0].blocks.indexOf(name));
const titles = (parts) => parts.map(({ title }) => title).join(' ');

test('a block has its layers in their order, on the path where they lie', () => {
  const basic = blockOf(stateOf('resnet18'), 'layer1.1');
  assert.equal(titles(basic.branch), 'conv 3×3 BatchNorm ReLU conv 3×3 BatchNorm');
  assert.deepEqual([titles(basic.before), titles(basic.shortcut), titles(basic.after)], ['', '', 'ReLU']);
  assert.ok(basic.bare);
  assert.equal(basic.bridge, 'x passes unchanged: the identity');
  const projected = blockOf(stateOf('resnet50'), 'layer2.0');
  assert.equal(titles(projected.branch), 'conv 1×1 BatchNorm ReLU conv 3×3 /2 BatchNorm ReLU conv 1×1 BatchNorm');
  assert.equal(titles(projected.shortcut), 'conv 1×1 /2 BatchNorm');
  assert.equal(projected.bridge, 'x, then conv 1×1 /2, BatchNorm');
  assert.equal(projected.kind, 'bottleneck');
});

test('every kind of block is told in its layers', () => {
  const found = Object.keys(KINDS).flatMap((name) => {
    const state = stateOf(name);
    return [1, 2].map((b) => {
      const { before, branch, shortcut, after, bridge, on } = readBlock(state, 0, b);
      const all = [before, branch, shortcut, after].map((parts) => titles(parts) || '-');
      return `${name}, ${b}: ${all.join(' | ')} | ${on ? bridge : 'cut'}`;
    });
  });
  assert.deepEqual(found, EVERY_KIND);
});

test('every number stands where it was measured', () => {
  const state = stateOf('resnet18');
  const [{ taps, weights, blocks }] = state.variants;
  const [values] = state.values;
  const b = blocks.indexOf('layer1.1');
  const found = readBlock(state, 0, b);
  const tap = (name) => taps.indexOf(name);
  assert.equal(found.x.rms, values.activation_rms[tap('layer1.0')]);
  assert.equal(found.x.gradient, values.gradient_rms[tap('layer1.0')]);
  assert.equal(found.y.rms, values.activation_rms[tap('layer1.1')]);
  assert.equal(found.y.gradient, values.gradient_rms[tap('layer1.1')]);
  assert.equal(found.f.rms, values.residual_rms[b]);
  assert.equal(found.skip.rms, values.identity_rms[b]);
  // 4 images of 64 channels of 56 x 56 pixels
  const root = Math.sqrt(4 * 64 * 56 * 56);
  assert.ok(Math.abs(found.f.gradient / (values.residual_gradient_norm[b] / root) - 1) < 1e-12);
  assert.ok(Math.abs(found.skip.gradient / (values.identity_gradient_norm[b] / root) - 1) < 1e-12);
  const [conv, , relu] = found.branch;
  assert.equal(conv.weight, values.weight_gradient_norm[weights.indexOf('layer1.1.conv1')]);
  assert.equal(relu.rms, values.activation_rms[tap('layer1.1.relu1')]);
  assert.equal(relu.gradient, values.gradient_rms[tap('layer1.1.relu1')]);
  assert.ok(Number.isNaN(found.sum.rms), 'the sum before the activation is no tap');
});

test('behind max pooling x is what the identity brings; where a projection reads it, it was not measured', () => {
  const plain = stateOf('resnet18');
  const found = blockOf(plain, 'layer1.0');
  assert.equal(found.x.rms, plain.values[0].identity_rms[0]);
  assert.ok(Number.isNaN(found.x.gradient));
  assert.ok(Number.isNaN(blockOf(stateOf('resnet50'), 'layer1.0').x.rms));
});

test('a cut skip leaves one path, and a weakened one says so', () => {
  const on = SUMMARIES.resnet18.graph.blocks.map(() => true);
  const as = (net) => (probe) => ({ ...probe, net: { ...probe.net, ...net } });
  const cut = blockOf(stateOf('resnet18', [], as({ skips: on.map((_, b) => b !== 1) })), 'layer1.1');
  assert.deepEqual([cut.on, cut.bare, cut.shortcut.length], [false, false, 0]);
  const text = textOf(rootOf(blockPicture(cut, 1100)));
  assert.match(text, /the skip is cut/);
  assert.doesNotMatch(text, /wire identity/);
  const weak = blockOf(stateOf('resnet18', [], as({ strength: on.map(() => 0.25) })), 'layer1.1');
  assert.deepEqual([weak.bare, weak.bridge], [false, 'x, then × 0.25']);
  const projected = blockOf(stateOf('resnet18', [], as({ strength: on.map(() => 0.25) })), 'layer2.0');
  assert.equal(projected.bridge, 'x, then conv 1×1 /2, BatchNorm, × 0.25');
});

test('a skip that was connected by hand has the projection that the summary does not list', () => {
  const connected = (probe) => ({ ...probe, net: { ...probe.net, skips: probe.net.skips.map(() => true) } });
  const state = stateOf('plain20', [], connected);
  assert.equal(blockOf(state, 'layer2.0').bridge, 'x, then zero padding');
  assert.equal(blockOf(state, 'layer2.1').bridge, 'x passes unchanged: the identity');
});

test('a dropped block says that F was not computed', () => {
  const state = stateOf('resnet18', [], (probe) => ({ ...probe, dropped: ['layer1.1'] }));
  const dropped = blockOf(state, 'layer1.1');
  assert.ok(dropped.dropped);
  for (const width of [1100, 375]) assert.match(textOf(rootOf(blockPicture(dropped, width))), /dropped/);
});

test('words say what the picture shows', () => {
  const found = blockOf(stateOf('resnet18'), 'layer2.0');
  assert.equal(
    tell(found),
    `layer2.0 of ResNet-18, basic block. Forward, RMS: x ${formatNumber(found.x.rms)}, F(x) ${formatNumber(found.f.rms)}, ` +
      `the shortcut ${formatNumber(found.skip.rms)}, y ${formatNumber(found.y.rms)}. Backward, RMS of the gradient: at y ` +
      `${formatNumber(found.y.gradient)}, ${formatNumber(found.f.gradient)} through F, ` +
      `${formatNumber(found.skip.gradient)} by the skip, at x ${formatNumber(found.x.gradient)}.`,
  );
});

/** The area of each text, in pixels; one that is turned stands upright. */
function* textsIn(node, turned = false) {
  if (typeof node === 'string') return;
  if (node.tag === 'text') {
    const text = node.in.join('');
    const size = { shape: 10, soft: 11 }[node.at.class] ?? 12;
    const width = text.length * size * 0.52;
    const left = { start: 0, middle: width / 2, end: width }[node.at['text-anchor']];
    if (turned) yield { text, x: node.at.x - size + 2, w: size, y: node.at.y - width / 2, h: width };
    else yield { text, x: node.at.x - left, w: width, y: node.at.y - size + 3, h: size - 2 };
  }
  for (const child of node.in) yield* textsIn(child, turned || node.tag === 'g');
}

for (const name of [...Object.keys(KINDS), 'resnet18', 'resnet50']) {
  test(`no text of a block of ${name} lies over another or leaves the picture`, () => {
    const state = stateOf(name);
    const faults = [0, 1, 2].flatMap((b) =>
      [330, 400, 470, 700, 1000, 1380].flatMap((width) => {
        const scene = blockPicture(readBlock(state, 0, b), width);
        const texts = [...textsIn({ tag: 'svg', at: {}, in: scene.in })];
        return texts.flatMap((one, i) => {
          const where = `in ${state.variants[0].blocks[b]} at ${width}`;
          const out = one.x < -2 || one.x + one.w > scene.width + 2 || one.y < 0 || one.y + one.h > scene.height;
          const over = texts
            .slice(0, i)
            .find(
              (other) =>
                other.x < one.x + one.w - 1 &&
                one.x < other.x + other.w - 1 &&
                other.y < one.y + one.h - 1 &&
                one.y < other.y + other.h - 1,
            );
          return [
            ...(out ? [`${one.text} leaves the picture ${where}`] : []),
            ...(over ? [`${one.text} lies over ${over.text} ${where}`] : []),
          ];
        });
      }),
    );
    assert.deepEqual(faults, []);
  });
}

test('the pictures of blocks', () => {
  const found = {};
  for (const [name, block] of [
    ['resnet18', 'layer1.1'],
    ['resnet18', 'layer2.0'],
    ['resnet50', 'layer3.0'],
  ]) {
    for (const width of [375, 1100])
      found[`${name} ${block} ${width}`] = blockPicture(blockOf(stateOf(name), block), width);
  }
  holds('blocks.json', found);
});
