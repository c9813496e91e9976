import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from '../../../../static/js/pages/runs/rundifferences.js';

const run = (request, more = {}) => ({
  name: '',
  created: 0,
  request: { dataset: 'digits', lr: 0.005, seed: 0, variants: [{ norm: 'none', skips: true }], ...request },
  ...more,
});

test('a run is called by what differs, of its training or of its networks', () => {
  assert.deepEqual(differencesOf([run({}), run({ lr: 0.02 })]), ['lr 0.005', 'lr 0.02']);
  const batch = { variants: [{ norm: 'batch', skips: true }], batch_size: 8 };
  assert.deepEqual(differencesOf([run({ batch_size: 64 }), run(batch)]), [
    'batch 64, norm none',
    'batch 8, norm batch',
  ]);
});

test('a name that somebody gave stands for it, and one run needs no other word', () => {
  assert.deepEqual(differencesOf([run({}, { name: 'first' }), run({ seed: 3 })]), ['first', 'seed 3']);
  assert.deepEqual(differencesOf([run({})]), ['']);
});

test('runs that were asked for alike are told apart by their time', () => {
  const [one, other] = differencesOf([run({}), run({}, { created: 61 })]);
  assert.notEqual(one, other);
  assert.match(one, /\d\d/);
  const named = differencesOf([run({}, { name: 'a' }), run({}, { name: 'a', created: 61 })]);
  assert.equal(new Set(named).size, 2);
});

test('fields in which the networks of a run differ say nothing of the run', () => {
  const pair = { variants: [{ norm: 'none' }, { norm: 'batch' }] };
  assert.deepEqual(differencesOf([run(pair), run({ ...pair, seed: 1 })]), ['seed 0', 'seed 1']);
});
