import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asVariant, distinct } from '../../../../static/js/view/state/variants.js';
import { SUMMARIES } from '../../golden.js';

const { plain20, resnet20 } = SUMMARIES;
const off = (skips) => skips.flatMap((on, b) => (on ? [] : [b + 1]));

test('a network is named by its preset, or by its whole architecture', () => {
  const variant = asVariant(resnet20);
  assert.deepEqual(variant.description, { preset: 'resnet20' });
  assert.deepEqual(
    variant.blocks,
    resnet20.graph.blocks.map(({ name }) => name),
  );
  assert.deepEqual(
    [variant.taps.length, variant.weights.length],
    [resnet20.graph.taps.length, resnet20.graph.weights.length],
  );
  assert.ok(variant.strength.every((one) => one === 1));
  const { skips, ...fields } = resnet20.architecture;
  assert.equal(skips, true);
  assert.deepEqual(asVariant({ ...resnet20, name: null }).description, fields, 'skips are told by the switches');
});

test('skips are as built, but for those that the address cuts or alone connects', () => {
  assert.ok(asVariant(resnet20).skips.every(Boolean));
  assert.ok(!asVariant(plain20).skips.some(Boolean));
  const cut = asVariant(resnet20, { preset: 'resnet20', norm: 'none', cut: '2-3.9' });
  assert.deepEqual(off(cut.skips), [2, 3, 9]);
  assert.deepEqual(cut.description, { preset: 'resnet20', norm: 'none' }, 'the cut is no field of the architecture');
  assert.ok(cut.usualSkips.every(Boolean));
  assert.deepEqual(off(asVariant(resnet20, { preset: 'resnet20', cut: 2 }).skips), [2], 'one block, read as a number');
  assert.deepEqual(off(asVariant(resnet20, { preset: 'resnet20', only: '1-8' }).skips), [9]);
  assert.deepEqual(off(asVariant(resnet20, { preset: 'resnet20', cut: '40-50' }).skips), []);
});

test('what is usual is what the preset is without a word on skips', () => {
  const stated = asVariant(plain20, { preset: 'resnet20', skips: false });
  assert.ok(!stated.skips.some(Boolean));
  assert.ok(stated.usualSkips.every(Boolean));
  assert.ok(!asVariant(resnet20, { preset: 'plain20', skips: true }).usualSkips.some(Boolean));
});

test('networks of one label are numbered, others keep theirs', () => {
  const labels = (...summaries) => distinct(summaries.map((one) => asVariant(one))).map(({ label }) => label);
  assert.deepEqual(labels(plain20, resnet20), ['plain-20', 'ResNet-20']);
  assert.deepEqual(labels(resnet20, plain20, resnet20), ['ResNet-20 (1)', 'plain-20', 'ResNet-20 (2)']);
  const [again] = distinct([{ ...asVariant(resnet20), label: 'ResNet-20 (2)' }]);
  assert.equal(again.label, 'ResNet-20', 'one that is left alone loses its number');
});
