import assert from 'node:assert/strict';
import { test } from 'node:test';
import { take } from '../../../../static/js/view/state/fromwire.js';
import { createPlayback } from '../../../../static/js/view/state/playback.js';
import { measured, page, step } from '../../page.js';

/** A page with recorded steps, and a clock whose time the test makes. */
function played(steps) {
  const { store } = page(() => assert.fail('nothing is asked'));
  store.dispatch({ type: 'recording' });
  store.dispatch({ type: 'run/opened', id: 'r1', own: false, state: 'done', replay: true });
  take(store, { id: 1, type: 'schema', data: { variants: measured.variants } });
  steps.forEach((number, i) => take(store, step(i + 2, number)));
  const waits = [];
  const clock = { after: (act, wait) => waits.push({ act, wait }), cancel: () => waits.splice(0) };
  const pass = () => waits.shift()?.act();
  return { store, waits, pass, commands: createPlayback(store, clock) };
}

test('a recording plays from its first step to its last, and rests there', async () => {
  const { store, pass, waits, commands } = played([0, 5, 7]);
  await commands.play();
  assert.deepEqual([store.state.step, store.state.playing], [0, true], 'from the beginning, once it is at its end');
  const seen = [];
  while (waits.length > 0) {
    pass();
    seen.push(store.state.step);
  }
  assert.deepEqual([seen, store.state.playing], [[5, 7], false]);
});

test('it is paused, stepped, paced and reset', async () => {
  const { store, pass, waits, commands } = played([0, 5, 7, 9]);
  await commands.reset();
  await commands.pace(4);
  await commands.play();
  assert.equal(waits[0].wait, 250);
  pass();
  await commands.pause();
  assert.deepEqual([store.state.step, store.state.playing, waits.length], [5, false, 0]);
  await commands.step();
  assert.equal(store.state.step, 7);
  await commands.step();
  await commands.step();
  assert.equal(store.state.step, 9, 'the last one is the last');
  await commands.reset();
  assert.equal(store.state.step, 0);
});
