import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFollowing, isReadOnly } from '../../../../static/js/view/state/readonly.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';

const opened = (own) => reduce(initialState(), { type: 'run/opened', id: 'a', own, state: 'done', replay: true });

test("another's run is followed, under way or over, and one's own is not", () => {
  assert.deepEqual([isFollowing(initialState()), isReadOnly(initialState())], [false, false]);
  assert.deepEqual([isFollowing(opened(true)), isReadOnly(opened(true))], [false, false]);
  assert.deepEqual([isFollowing(opened(false)), isReadOnly(opened(false))], [true, true]);
});

test('a recording is read and followed by nobody', () => {
  const state = reduce(opened(false), { type: 'recording' });
  assert.deepEqual([isFollowing(state), isReadOnly(state)], [false, true]);
});
