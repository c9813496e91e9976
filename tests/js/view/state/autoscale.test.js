import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { probeOf, SUMMARIES } from '../../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];

/** A probe whose every number of a quantity lies at these decades: first and last block's. */
const probe = (low, high) =>
  summaries.map((one) => probeOf(one, (i, n) => 10 ** (low + ((high - low) * i) / Math.max(1, n - 1))));

/** The state after events, one after the other, and what its scale says. */
function page() {
  let state = initialState();
  const after = (...events) => {
    state = events.reduce(reduce, state);
    return [state.scale.low, state.scale.high];
  };
  const answer = (low, high) => [
    { type: 'probe/asked' },
    { type: 'probe/answered', sequence: state.probe.wanted + 1, probe: probe(low, high) },
  ];
  return { now: () => state, after, answer };
}
const first = (low, high) => ({
  type: 'first',
  summaries,
  descriptions: [{ preset: 'plain20' }, { preset: 'resnet20' }],
  probe: probe(low, high),
  settings: initialState().settings,
  presets: [],
  datasets: [],
});
const activation = { type: 'quantity', quantity: 'activation' };

test('the range is that of what is measured, in whole decades, for all networks together', () => {
  const { after } = page();
  assert.deepEqual(after(activation, first(-9.5, -0.5)), [-10, 0]);
});

test('it grows with the next measurement and does not jump back', () => {
  const { after, answer } = page();
  after(activation, first(-3.5, -0.5));
  assert.deepEqual(after(...answer(-12.5, -0.5)), [-13, 0]);
  assert.deepEqual(after(...answer(-3.5, -0.5)), [-13, 0]);
});

test('another quantity has a range of its own', () => {
  const { now, after } = page();
  after(activation, first(-8.5, -0.5));
  const [low, high] = after({ type: 'quantity', quantity: 'branch_ratio' });
  assert.ok(high - low === 1 && low >= -1 && high <= 1, `${low} to ${high}: the ratio is 1 everywhere`);
  assert.deepEqual(
    after({ type: 'quantity', quantity: 'dead_units' }),
    [low, high],
    'shares have a range that is given',
  );
  assert.equal(now().quantity, 'dead_units');
});

test('a locked range stays, and follows again when it is let go', () => {
  const { after, answer } = page();
  after(activation, first(-3.5, -0.5));
  assert.deepEqual(after({ type: 'scale', changes: { locked: true } }, ...answer(-12.5, -0.5)), [-4, 0]);
  assert.deepEqual(after({ type: 'scale', changes: { locked: false } }), [-13, 0]);
});

test('what was not measured leaves the range as it is', () => {
  const { after } = page();
  const empty = first(-3.5, -0.5);
  for (const { values } of empty.probe) for (const column of Object.values(values)) column.fill(null);
  const { low, high } = initialState().scale;
  assert.deepEqual(after(activation, empty), [low, high]);
});

test('it shrinks after 60 measurements that had room to spare, by a decade', () => {
  const { after, answer } = page();
  after(activation, first(-9.5, -0.5));
  for (let i = 0; i < 59; i += 1) assert.deepEqual(after(...answer(-3.5, -0.5)), [-10, 0]);
  assert.deepEqual(after(...answer(-3.5, -0.5)), [-9, 0]);
});

test('a lock keeps the decades of each network, until it is let go', () => {
  const { now, after, answer } = page();
  const spans = () => Object.values(now().scale.held.spans).map((span) => span.map((end) => end + 0));
  after(activation, first(-3.5, -0.5), { type: 'scale', changes: { scope: 'network', locked: true, held: null } });
  assert.deepEqual(spans(), [
    [-4, 0],
    [-4, 0],
  ]);
  after(...answer(-12.5, -0.5));
  assert.deepEqual(spans(), [
    [-4, 0],
    [-4, 0],
  ]);
});
