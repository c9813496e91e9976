import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append, COLUMNS, createHistory, readRow, rowOf } from '../../../static/js/figure/history.js';

const SIZE = { taps: 3, weights: 2, blocks: 2 };
const widthOf = (name) =>
  ['activation_rms', 'gradient_rms', 'zero_fraction', 'nonfinite', 'dead_units'].includes(name) ? 3 : 2;
const valuesOf = (value) =>
  Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(widthOf(name)).fill(value)]));
const row = (step, value = step + 1) => ({
  step,
  elapsed: step,
  lr: 0.1,
  comparison: `of step ${step}`,
  headline: { differences: `${step}` },
  variants: [{ loss: 1 / (step + 1), accuracy: 0.5, net: { skips: [true], strength: [1] }, values: valuesOf(value) }],
});

test('a row comes back with four digits, and zero, lost and absent as they were', () => {
  let history = createHistory([SIZE], 8);
  for (const value of [1.234e-7, 0, Infinity, NaN, 9.876e40, 1e-200])
    history = append(history, row(history.length, value));
  [1.234e-7, 0, Infinity, NaN, 9.876e40, 1e-200].forEach((value, i) => {
    const read = readRow(history, 0, i).gradient_rms[1];
    if (Number.isFinite(value) && value !== 0) assert.ok(Math.abs(read / value - 1) < 5e-5, `${read} for ${value}`);
    else assert.ok(Object.is(read, value), `${read} for ${value}`);
  });
});

test('a cosine comes back with its sign, and what does not apply stays absent', () => {
  let history = createHistory([SIZE], 8);
  for (const value of [-0.25, 0, 0.5, NaN, Infinity]) history = append(history, row(history.length, value));
  [-0.25, 0, 0.5, NaN, Infinity].forEach((value, i) => {
    assert.deepEqual([...readRow(history, 0, i).descent_cosine], [value, value]);
    assert.deepEqual([...readRow(history, 0, i).successive_cosine], [value, value]);
  });
  for (let step = 5; step < 40; step += 1) history = append(history, row(step, -0.125));
  assert.equal(readRow(history, 0, history.length - 2).descent_cosine[0], -0.125, 'rows that were thinned too');
});

test('memory stays flat over many steps; recent rows are all there, old ones ever sparser', () => {
  let history = createHistory([SIZE], 64);
  const bytes = history.variants[0].data.gradient_rms.byteLength;
  for (let step = 0; step < 10_000; step += 1) history = append(history, row(step));
  assert.ok(history.length <= 64);
  assert.equal(history.variants[0].data.gradient_rms.byteLength, bytes);
  const steps = [...history.steps.subarray(0, history.length)];
  assert.equal(steps[0], 0, 'the first step is kept');
  assert.deepEqual(
    steps.slice(-16),
    Array.from({ length: 16 }, (_, i) => 9984 + i),
  );
  assert.deepEqual(
    steps.map((_, i) => history.comparisons[i]),
    steps.map((step) => `of step ${step}`),
  );
  const gaps = steps.slice(1).map((step, i) => step - steps[i]);
  assert.ok(gaps[0] > 500 && gaps.at(-1) === 1);
  for (const [i, step] of steps.entries())
    assert.ok(Math.abs(10 ** history.variants[0].data.gradient_rms[3 * i] / (step + 1) - 1) < 1e-5);
});

test('a step that came twice is left out', () => {
  const history = append(append(createHistory([SIZE], 8), row(3)), row(4));
  assert.equal(append(history, row(4)), history);
  assert.equal(append(history, row(2)), history);
});

test('the row of a step is the last one recorded until then', () => {
  let history = createHistory([SIZE], 8);
  for (const step of [0, 10, 20]) history = append(history, row(step));
  assert.deepEqual(
    [-1, 0, 9, 10, 25].map((step) => rowOf(history, step)),
    [-1, 0, 0, 1, 2],
  );
});
