import assert from 'node:assert/strict';
import { test } from 'node:test';
import { take } from '../../../../static/js/view/state/fromwire.js';

/** @param {{id: number, type: string, data: any}} event */
function taken(event) {
  /** @type {any[]} */
  const actions = [];
  take(/** @type {any} */ ({ dispatch: (/** @type {any} */ action) => actions.push(action) }), event);
  return actions;
}

test('each event of a stream becomes one action with its id', () => {
  assert.deepEqual(taken({ id: 1, type: 'schema', data: { variants: ['one'] } }), [
    { type: 'stream/schema', id: 1, variants: ['one'] },
  ]);
  assert.deepEqual(taken({ id: 2, type: 'step', data: { step: 4 } }), [
    { type: 'stream/step', id: 2, record: { step: 4 } },
  ]);
  assert.deepEqual(taken({ id: 3, type: 'change', data: { step: 4, variant: 0, changed: { lr: 0.1 } } }), [
    { type: 'stream/change', id: 3, step: 4, variant: 0, changed: { lr: 0.1 } },
  ]);
});

test('a status tells its reason, its place in the queue and what was refused', () => {
  assert.deepEqual(taken({ id: 5, type: 'status', data: { state: 'queued', reason: null, queue_position: 3 } }), [
    { type: 'stream/status', id: 5, state: 'queued', reason: null, queue_position: 3 },
  ]);
  const refused = { variant: 0, changed: { lr: 1 }, detail: 'too late' };
  const data = { state: 'paused', reason: 'not changed: too late', queue_position: null, refused };
  assert.deepEqual(taken({ id: 6, type: 'status', data }), [{ type: 'stream/status', id: 6, ...data }]);
});

test('an event of a kind that came later than this page is passed over', () => {
  assert.deepEqual(taken({ id: 7, type: 'weather', data: {} }), []);
});
