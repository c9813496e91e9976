import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apart, assemble, asVariant, named } from '../../../../static/js/view/state/variants.js';
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

test('a network that a description makes without skips was made so; one that is cut was made with them', () => {
  const made = asVariant(plain20, { preset: 'resnet20', skips: false });
  assert.deepEqual(made.description, { preset: 'resnet20', skips: false });
  assert.ok(!made.skips.some(Boolean) && !made.usualSkips.some(Boolean));
  assert.deepEqual(asVariant(plain20, { preset: 'plain20', skips: false }).description, { preset: 'plain20' });
  const joined = asVariant(plain20, { preset: 'plain20', only: '1-9' });
  assert.ok(joined.skips.every(Boolean) && !joined.usualSkips.some(Boolean));
});

test('namesakes of which nothing is known yet are told apart by their letters', () => {
  assert.deepEqual(apart(assemble([], [resnet20, plain20, resnet20], [])), [
    'ResNet-20 (A)',
    'plain-20',
    'ResNet-20 (C)',
  ]);
});

test('a network keeps its letter; a new one takes the next that none has', () => {
  const letters = (variants) => variants.map(({ letter }) => letter).join('');
  const pair = assemble([], [plain20, resnet20], []);
  assert.equal(letters(pair), 'AB');
  assert.equal(letters(assemble(pair, [plain20, resnet20, resnet20], [], ['A', 'B'])), 'ABC');
  assert.equal(letters(assemble(pair, [resnet20], [], ['B'])), 'B');
  assert.equal(letters(assemble([], [resnet20, plain20, plain20], [], ['B'])), 'BAC');
  const again = assemble(pair, [plain20, resnet20], [], ['A', 'B']);
  assert.deepEqual(
    again.map(({ skips }) => skips),
    pair.map(({ skips }) => skips),
    'whose summary is on the page stays as it is',
  );
});

test('the names are those of the source', () => {
  const variants = assemble([], [resnet20, resnet20], []);
  const labels = ['ResNet-20, norm none', 'ResNet-20, fork at step 22'];
  assert.deepEqual(
    named(variants, labels).map(({ label }) => label),
    labels,
  );
});
