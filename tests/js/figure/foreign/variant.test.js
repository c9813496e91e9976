import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignMagnitudes } from '../../../../static/js/figure/foreign/magnitudes.js';
import { decodeForeign, foreignVariant } from '../../../../static/js/figure/foreign/variant.js';
import { layoutDiagram } from '../../../../static/js/figure/layout.js';
import { netOf } from '../../../../static/js/figure/net.js';
import { offeredOf } from '../../../../static/js/figure/quantity.js';

const SCHEMA = {
  label: 'Net',
  taps: ['conv1', 'l.0', 'pool', 'l.1', 'l.2', 'head'],
  weights: ['conv1', 'l.0.conv1', 'l.0.conv2', 'l.1.conv', 'head'],
  blocks: ['l.0', 'l.1', 'l.2'],
  kinds: ['Conv2d', '', 'AvgPool2d', '', '', 'Linear'],
  junctions: ['l.0: identity shortcut', 'l.1: projection shortcut', 'l.2: long skip, scaled branch'],
};
const VALUES = {
  activation_rms: [1, 2, 3, 4, 5, 6],
  gradient_rms: [0.1, 0.2, 0.3, 0.4, 0, 'nan'],
  zero_fraction: [null, null, null, null, null, null],
  nonfinite: [0, 0, 0, 0, 0, 3],
  dead_units: [null, null, null, null, null, null],
  weight_gradient_norm: [1, 3, 4, 2, null],
  update_ratio: [1, 1, 1, 1, 1],
  residual_rms: [10, 20, 30],
  identity_rms: [100, null, 300],
  residual_gradient_norm: [1e-3, 1e-2, 1e-1],
  identity_gradient_norm: [1, 10, 100],
};
const variant = foreignVariant(SCHEMA);
const { foreign } = variant.summary;
const close = (a, b) =>
  assert.deepEqual(
    [...a].map((x) => (Number.isFinite(x) ? Number(x.toFixed(6)) : x)),
    b,
  );

test('the columns of junctions stand where the places are, and nothing stands at a stretch', () => {
  const values = decodeForeign(VALUES, variant);
  assert.deepEqual(variant.blocks, ['l.0', 'pool', 'l.1', 'l.2']);
  assert.deepEqual(variant.skips, [true, false, true, true]);
  assert.deepEqual([...values.residual_rms], [10, NaN, 20, 30]);
  assert.deepEqual([...values.identity_rms], [100, NaN, NaN, 300]);
  assert.deepEqual([...values.activation_rms], VALUES.activation_rms);
});

test('the parts of a gradient are the norms that were measured, a stretch has the number of its last tap', () => {
  const values = decodeForeign(VALUES, variant);
  const norms = foreignMagnitudes(values, 'gradient_norm', foreign);
  close(norms.branch, [-3, NaN, -2, -1]);
  close(norms.skip, [0, NaN, 1, 2]);
  assert.ok(norms.trunk.every(Number.isNaN));
  const activations = foreignMagnitudes(values, 'activation', foreign);
  close(activations.branch, [1, 0.477121, 1.30103, 1.477121]);
  close(activations.trunk, [0.30103, 0.477121, 0.60206, 0.69897, 0]);
  assert.equal(activations.layers.get('head'), Math.log10(6));
  const gradients = foreignMagnitudes(values, 'gradient', foreign);
  assert.deepEqual([gradients.trunk[3], gradients.layers.get('head')], [-Infinity, Infinity]);
  close(foreignMagnitudes(values, 'weight_gradient', foreign).branch, [0.69897, NaN, 0.30103, NaN]);
});

test('kinds are told apart by line, text and mark, and a stretch has no shortcut and no junction', () => {
  const layout = layoutDiagram({ nets: [netOf(variant)], width: 900, height: 700, view: 'paper' });
  const partsOf = (b) => [...new Set(layout.lines.filter(({ block }) => block === b).map(({ part }) => part))];
  assert.deepEqual(partsOf(0), ['branch', 'identity', 'trunk']);
  assert.deepEqual(partsOf(1), ['branch', 'trunk']);
  assert.deepEqual(partsOf(2), ['branch', 'projection', 'trunk']);
  assert.ok(partsOf(3).includes('long'));
  assert.deepEqual(
    layout.junctions.map(({ block }) => block),
    [0, 2, 3],
  );
  assert.ok(layout.points.some(({ type, block }) => type === 'scale' && block === 3));
  assert.ok(layout.texts.some(({ text, block }) => text.startsWith('long') && block === 3));
  assert.deepEqual(
    layout.switches.map(({ block }) => block),
    [0, 1, 2, 3],
  );
  assert.ok(layout.boxes.some(({ text }) => text === 'conv1'));
});

test('a place that is called as an end of the network has another name on the page, and keeps its numbers', () => {
  const chain = foreignVariant({ ...SCHEMA, blocks: [], junctions: [] });
  assert.equal(chain.blocks.at(-1), 'head (place)');
  assert.equal(chain.summary.foreign.index.get('head (place)'), 5);
  assert.deepEqual(offeredOf([chain])[0], 'gradient');
  assert.deepEqual(offeredOf([variant])[0], 'gradient_norm');
});

test('a network of 2,000 places is strips and a few places drawn in full', () => {
  const taps = Array.from({ length: 2000 }, (_, i) => `features.${i}.${'x'.repeat(80)}`);
  const deep = foreignVariant({ ...SCHEMA, taps, weights: [], blocks: [], kinds: [], junctions: [] });
  for (const [width, height] of [
    [800, 600],
    [359, 440],
  ]) {
    const layout = layoutDiagram({ nets: [netOf(deep)], width, height, view: 'paper' });
    assert.equal(layout.kind, 'focus');
    assert.ok(layout.strips.length <= 10);
    assert.ok(layout.boxes.length <= 60, `${layout.boxes.length} boxes`);
    assert.ok(layout.strips.every(({ x, w }) => x + w <= width));
  }
});
