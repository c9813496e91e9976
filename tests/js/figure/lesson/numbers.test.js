import assert from 'node:assert/strict';
import test from 'node:test';
import { numbersOf, readNumber } from '../../../../static/js/figure/lesson/numbers.js';
import { factorLogs, kept, readingOf, revive, stagesOf } from '../../../../static/js/figure/lesson/readings.js';

const reading = (gradient, more = {}) =>
  readingOf({
    label: 'net',
    taps: ['conv1', 'layer1.0', 'layer1.1', 'layer2.0'],
    blocks: ['layer1.0', 'layer1.1', 'layer2.0'],
    architecture: { skips: false, norm: 'none', activation: 'relu' },
    values: {
      gradient_rms: [9, ...gradient],
      activation_rms: [7, 1, 2, 4],
      residual_rms: [1, 2, 3],
      identity_rms: [null, 4, 12],
      ...more,
    },
  });

test('a reading has one number a block, and knows which was not measured', () => {
  const one = reading([1, 'inf', 0]);
  assert.deepEqual(one.gradient, [1, Infinity, 0]);
  assert.deepEqual(one.activation, [1, 2, 4]);
  assert.ok(Number.isNaN(one.identity[0]));
  assert.deepEqual(one.skips, [false, false, false]);
});

test('a reading comes back from JSON as it was', () => {
  const one = reading([1.5, 'inf', 0]);
  assert.deepEqual(revive(JSON.parse(JSON.stringify(kept(one)))), one);
});

test('the ratio is the product of the factors', () => {
  const one = reading([1, 4, 8]);
  const product = factorLogs(one).reduce((sum, log) => sum + log, 0);
  assert.ok(Math.abs(10 ** product - readNumber('ratio', [one])) < 1e-12);
  assert.ok(Math.abs(readNumber('ratio', [one]) - 1 / 8) < 1e-12);
  assert.ok(Math.abs(readNumber('least_factor', [one]) - 0.25) < 1e-12);
  assert.ok(Math.abs(readNumber('most_factor', [one]) - 0.5) < 1e-12);
  assert.ok(Math.abs(readNumber('block_factor', [one]) - Math.sqrt(1 / 8)) < 1e-12);
});

test('a gain is over the first network, each over its own last block', () => {
  const [before, after] = [reading([1, 4, 8]), reading([3, 12, 8])];
  assert.ok(Math.abs(readNumber('least_gain', [before, after], { blocks: [1, 2] }) - 3) < 1e-12);
  assert.ok(Math.abs(readNumber('most_gain', [before, after], { blocks: [3, 3] }) - 1) < 1e-12);
});

test('the share of a branch is of the blocks that are named', () => {
  assert.ok(Math.abs(readNumber('branch_share', [reading([1, 1, 1])], { blocks: [3, 3] }) - 0.25) < 1e-12);
  assert.equal(readNumber('output', [reading([1, 1, 1])]), 4);
  assert.throws(() => readNumber('size', [reading([1, 1, 1])]), /no number/);
});

test('a network that underflows has a ratio of exactly zero', () => {
  assert.equal(readNumber('ratio', [reading([0, 0, 8])]), 0);
});

test('an equation has the block’s numbers; a plain block’s x is the output before it', () => {
  const { ratio, x, branch, sum, factors } = numbersOf([reading([1, 4, 8])], 2);
  assert.deepEqual([ratio, x, branch, sum, factors], ['0.125', '4', '2', '2', '2']);
});

test('stages begin where the name changes', () => {
  assert.deepEqual(stagesOf(['layer1.0', 'layer1.1', 'layer2.0']), [
    { name: 'layer1', from: 0 },
    { name: 'layer2', from: 2 },
  ]);
});
