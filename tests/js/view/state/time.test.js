import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOf } from '../../../../static/js/view/controls/transport.js';
import { take } from '../../../../static/js/view/state/fromwire.js';
import { remainingOf, tellEmpty, tellEstimate, tellSeconds } from '../../../../static/js/view/state/time.js';
import { measured, page, step } from '../../page.js';

/** A page whose run has recorded steps, a tenth of a second each. */
function trained(steps, settings = {}, state = 'running') {
  const { store } = page(() => assert.fail('nothing is asked'));
  store.dispatch({ type: 'settings', changes: settings });
  store.dispatch({ type: 'run/opened', id: 'r1', state });
  take(store, { id: 1, type: 'schema', data: { variants: measured.variants } });
  steps.forEach((number, i) => take(store, step(i + 2, number)));
  return store;
}

test('seconds are said as people say them', () => {
  assert.deepEqual([1, 12.4, 41, 89, 100, 5000, 9000].map(tellSeconds), [
    'a few seconds',
    'about 12\u00a0s',
    'about 40\u00a0s',
    'about 90\u00a0s',
    'about 2\u00a0min',
    'about 83\u00a0min',
    'about 3\u00a0h',
  ]);
});

test('the time left follows from the pace of the newest steps', () => {
  const { state } = trained([0, 1, 2, 3], { steps: 104 });
  assert.ok(Math.abs(remainingOf(state) - 10) < 1e-9);
  assert.match(wordsOf(state), /^step 3 of 103, about 10\u00a0s left$/);
  const slow = { ...state, speed: 2 };
  assert.ok(Math.abs(remainingOf(slow) - 50) < 1e-9, 'no faster than it is shown');
  const thin = trained([0, 10, 20], { steps: 121, record_every: 10 });
  assert.ok(Math.abs(remainingOf(thin.state) - 10) < 1e-9, 'steps, not records');
});

test('nothing is known of a run of one step, or of one that is over', () => {
  assert.equal(remainingOf(trained([0]).state), null);
  const store = trained([0, 1]);
  take(store, { id: 9, type: 'status', data: { state: 'done', reason: null, queue_position: null, final: true } });
  assert.equal(remainingOf(store.state), null);
  assert.match(wordsOf(store.state), /^done, step 1 of 199$/);
});

test('a run that has not begun has an estimate, and one that waits a place and a time', () => {
  const { store } = page(() => assert.fail('nothing is asked'));
  assert.deepEqual([tellEstimate(store.state), wordsOf(store.state)], ['', 'at initialisation']);
  store.dispatch({ type: 'estimate', seconds: 42 });
  assert.equal(wordsOf(store.state), 'at initialisation; 200 steps: about 40\u00a0s');
  store.dispatch({ type: 'speed', speed: 1 });
  assert.equal(tellEstimate(store.state), '200 steps: about 3\u00a0min', 'no faster than it is shown');
  assert.equal(tellEmpty(store.state.run, 'Press play.'), 'Press play.');
  store.dispatch({ type: 'run/opened', id: 'r1', state: 'queued' });
  const waits = { state: 'queued', reason: null, queue_position: 2, queue_seconds: 31 };
  take(store, { id: 1, type: 'status', data: waits });
  const words = 'place 2 in the queue, about 30\u00a0s until it starts';
  assert.equal(wordsOf(store.state), 'waiting, place 2, about 30\u00a0s', 'short enough for its place');
  assert.equal(tellEmpty(store.state.run, ''), `The run waits: ${words}. It starts by itself.`);
  take(store, { id: 2, type: 'status', data: { state: 'running', reason: null, queue_position: null } });
  assert.equal(tellEmpty(store.state.run, ''), 'The first step is on its way.');
});
