import assert from 'node:assert/strict';
import test from 'node:test';
import { comparedOf } from '../../../../static/js/pages/learn/comparing.js';

const reading = (run = null) => ({
  label: 'plain-56',
  blocks: ['layer1.0', 'layer1.1', 'layer1.2'],
  skips: [false, false, false],
  made: { norm: 'none', activation: 'relu' },
  gradient: [1e-4, 1e-2, 1],
  activation: [1, 1, 1],
  residual: [1, 1, 1],
  identity: [NaN, NaN, NaN],
  run,
});
const RUN = { steps: [200], error: [0.6], test: [0.6], lately: 0.42, at: [1, 200], course: [0.1, 0.42] };
const PROFILE = { show: 'profile', low: -6, high: 1, block: 1, names: [] };
const DAY = new Date(2026, 0, 5);

test('a measurement is kept in words, with its values at the handles, and the day', () => {
  assert.deepEqual(comparedOf(PROFILE, [reading()], [1, 2], DAY), {
    says: 'plain-56: the gradient at block 1 is 1×10⁻⁴ times that at block 3',
    values: [-4, -2],
    on: '2026-01-05',
  });
  assert.equal(comparedOf(PROFILE, [reading()], [], DAY).values, undefined);
});

test('a training says its accuracy, and how long it was', () => {
  assert.match(comparedOf(PROFILE, [reading(RUN)], [], DAY).says, /; plain-56: right on 42 % of its last 20 batches$/);
  const { says } = comparedOf({ ...PROFILE, show: 'learning' }, [reading(RUN)], [], DAY);
  assert.equal(says, 'plain-56: right on 42 % of its last 20 batches, after 200 steps');
});
