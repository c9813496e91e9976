import assert from 'node:assert/strict';
import test from 'node:test';
import { columnsScene } from '../../../../static/js/figure/lesson/columns.js';
import { ladderScene } from '../../../../static/js/figure/lesson/ladder.js';
import { numbersOf, readNumber, sayNumber } from '../../../../static/js/figure/lesson/numbers.js';
import { kept, readingOf, revive } from '../../../../static/js/figure/lesson/readings.js';
import { broken } from '../../../../static/js/figure/lesson/scene.js';
import { SUMMARIES } from '../../golden.js';

/** A layer with its costs, by the paper's own formula; the golden file has shapes alone. */
const priced = (layer, bias) => {
  const { type, kernel, input_shape: into, output_shape: out } = layer;
  const pixels = out.slice(1).reduce((product, size) => product * size, 1);
  if (type === 'conv') {
    const weights = kernel ** 2 * into[0] * out[0];
    return { ...layer, parameters: weights + (bias ? out[0] : 0), macs: weights * pixels };
  }
  if (type === 'linear') return { ...layer, parameters: (into[0] + 1) * out[0], macs: into[0] * out[0] };
  return { ...layer, parameters: type === 'norm' ? 2 * out[0] : 0, macs: 0 };
};
const reading = (name, more = {}) => {
  const golden = SUMMARIES[name];
  const summary = {
    ...golden,
    layers: golden.layers.map((layer) => priced(layer, golden.architecture.norm === 'none')),
  };
  const { blocks, taps, weights } = summary.graph;
  const names = taps.map((tap) => tap.name);
  const column = (length) => Array.from({ length }, (_, i) => 10 ** (-1 - i / length));
  return readingOf({
    label: summary.label,
    taps: names,
    blocks: blocks.map((block) => block.name),
    architecture: summary.architecture,
    values: {
      gradient_rms: column(names.length),
      activation_rms: column(names.length),
      residual_rms: column(blocks.length),
      identity_rms: blocks.map((block) => (block.skip ? 1 : null)),
      residual_gradient_norm: column(blocks.length),
      identity_gradient_norm: blocks.map((block) => (block.skip ? 1 : null)),
    },
    summary,
    weights,
    batch: 8,
    ...more,
  });
};

/** All elements of a scene, from the outside in. */
const all = (nodes) => nodes.flatMap((one) => (typeof one === 'string' ? [] : [one, ...all(one.in)]));
const classed = (scene, name) =>
  all(scene.in).filter(({ at }) =>
    String(at.class ?? '')
      .split(' ')
      .includes(name),
  );
const texts = (scene) =>
  all(scene.in)
    .filter(({ tag }) => tag === 'text')
    .map((one) => one.in.join(''));

test('what a network costs is what its summary says', () => {
  for (const name of ['resnet18', 'resnet50', 'resnet56', 'plain56']) {
    const { totals } = SUMMARIES[name];
    assert.equal(readNumber('parameters', [reading(name)]), totals.parameters, name);
    assert.equal(readNumber('macs', [reading(name)]), totals.macs, name);
  }
  const numbers = (name) => ['additions', 'projections'].map((number) => readNumber(number, [reading(name)]));
  assert.deepEqual(numbers('resnet18'), [2 * (64 * 56 * 56 + 128 * 28 * 28 + 256 * 14 * 14 + 512 * 7 * 7), 3]);
  assert.deepEqual(numbers('plain56'), [0, 0]);
  assert.equal(readNumber('projections', [reading('resnet50')]), 4);
  assert.equal(readNumber('block_parameters', [reading('resnet56')], { blocks: [5, 5] }), 2 * (9 * 16 + 1) * 16);
});

test('counts are written with each digit, and said with their network', () => {
  const numbers = numbersOf([reading('resnet18')], 1);
  assert.equal(numbers.parameters, '11\u2009689\u2009512');
  assert.equal(
    sayNumber('projections', [reading('resnet50')]),
    'Counted just now in ResNet-50: 4 skips with layers of their own.',
  );
  assert.match(sayNumber('ratio', [reading('resnet18')]), /^Measured just now: 5.99 at block 1, over block 8\.$/);
  assert.throws(() => readNumber('parameters', [{ ...reading('resnet18'), anatomy: null }]), /nothing of it can be/);
});

test('the layers of a reading come back from JSON as they were', () => {
  const one = reading('resnet18');
  const again = revive(JSON.parse(JSON.stringify(kept(one))));
  assert.deepEqual(again.anatomy.layers, one.anatomy.layers);
  assert.ok(Math.abs(again.anatomy.branch[3] / one.anatomy.branch[3] - 1) < 1e-3);
});

test('a ladder has a rung a layer: F straight, the skip around it, dotted where layers stand on it', () => {
  const scene = ladderScene({ readings: [reading('resnet18')], block: 3, width: 760 });
  assert.deepEqual(
    classed(scene, 'inside').map((one) => one.in.join('')),
    ['conv 3×3, /2', 'BatchNorm', 'ReLU', 'conv 3×3', 'BatchNorm', 'conv 1×1, /2', 'BatchNorm', 'ReLU'],
  );
  assert.equal(classed(scene, 'dotted').length, 1);
  assert.equal(classed(scene, 'layer').filter(({ at }) => at.class === 'layer identity').length, 2);
  assert.match(scene.label, /conv 1×1, \/2 on the skip, .*; 230\u2009144 parameters, 180\u2009M MACs/);
  const plain = ladderScene({ readings: [reading('plain56')], block: 10, width: 760 });
  assert.equal(classed(plain, 'identity').length, 0);
  const straight = ladderScene({ readings: [reading('resnet56')], block: 5, width: 760 });
  assert.equal(classed(straight, 'dotted').length, 0);
  assert.ok(texts(straight).includes('unchanged'));
});

test('a ladder of option A has zeros on its skip, which cost nothing', () => {
  const scene = ladderScene({ readings: [reading('resnet56')], block: 10, width: 760 });
  assert.ok(texts(scene).includes('pad zeros, /2'));
  const said = all(scene.in).find(({ tag, in: [text] }) => tag === 'title' && /pad zeros/.test(text));
  assert.match(said.in[0], /32×4×4, 0 parameters, 0 MACs/);
});

test('what is covered costs nobody knows how much, and counts are in no text', () => {
  const shown = { readings: [reading('resnet56')], covered: true, width: 340, height: 640 };
  const ladder = ladderScene({ ...shown, block: 5 });
  assert.ok(texts(ladder).includes('? parameters, ? MACs'));
  assert.doesNotMatch(JSON.stringify(ladder), /2\u2009304|4\u2009672/);
  const columns = columnsScene({ ...shown, readings: [reading('resnet18')] });
  assert.doesNotMatch(JSON.stringify(columns), /11\u2009689\u2009512|gradient [\d.]/);
});

test('a layer can be read from a phone: its lines have a place below the figure, and fit', () => {
  const about =
    'ResNet-34, layer3.5.conv2: 256×4×4 → 256×4×4, 589\u2009824 parameters, 9.44\u2009M MACs, gradient 0.0123';
  for (const [width, most] of [
    [320, 3],
    [760, 2],
  ]) {
    const scene = columnsScene({ readings: [reading('resnet18')], width, height: 640 });
    const lines = classed(scene, 'pointed');
    assert.equal(lines.length, most);
    assert.ok(lines.every(({ at }) => at.y < scene.height - 3));
    const said = broken(about, Math.floor(width / 6.8));
    assert.ok(said.length <= most, said.join(' | '));
    assert.equal(said.join(' '), about);
  }
});

test('columns have the places of the diagram, and no skip where there is none', () => {
  const readings = [
    reading('resnet18'),
    {
      ...reading('resnet18', { architecture: { ...SUMMARIES.resnet18.architecture, skips: false } }),
      label: 'plain-18',
    },
  ];
  const scene = columnsScene({ readings, width: 860, height: 640 });
  const skips = classed(scene, 'path').filter(({ at }) => /identity/.test(at.class) && at['stroke-dasharray']);
  assert.equal(skips.length, 3, 'dotted: the first blocks of stages 2 to 4');
  assert.equal(classed(scene, 'plus').filter(({ tag }) => tag === 'circle').length, 8);
  const titles = classed(scene, 'box').map((one) => one.in[0].in[0]);
  assert.equal(titles.length, 2 * (1 + 1 + 16 + 1 + 1));
  assert.ok(
    titles.every((text) => /, \S+: \d+.* → \d+/.test(text)),
    titles.find((text) => !/→/.test(text)),
  );
  assert.match(
    titles.join(),
    /ResNet-18, layer1.0.conv1: 64×56×56 → 64×56×56, 36\u2009864 parameters, 116\u2009M MACs, gradient/,
  );
});

for (const width of [340, 760])
  for (const [name, block] of [
    ['resnet18', 3],
    ['resnet50', 2],
    ['resnet56', 10],
  ])
    test(`nothing of ${name} lies outside of ${width} pixels`, () => {
      const readings = [reading(name), reading(name)];
      for (const scene of [ladderScene({ readings, block, width }), columnsScene({ readings, width, height: 640 })])
        for (const { tag, at } of all(scene.in)) {
          if (at.x === undefined) continue;
          const reach = tag === 'text' ? 0 : Number(at.width ?? 0);
          assert.ok(Number(at.x) >= 0 && Number(at.x) + reach <= width + 1, `${tag} ${JSON.stringify(at)}`);
          assert.ok(Number(at.y) >= 0 && Number(at.y) <= scene.height, `${tag} ${JSON.stringify(at)}`);
        }
    });
