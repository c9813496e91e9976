import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore } from '../../../../static/js/view/state/store.js';

/** A store of a number whose frames come when the test says. */
function counting() {
  const frames = [];
  const store = createStore(
    0,
    (state, event) => state + event.by,
    (tell) => frames.push(tell),
  );
  const told = [];
  return {
    store,
    frames,
    told,
    listener: (state) => told.push(state),
    frame: () => frames.splice(0).forEach((tell) => tell()),
  };
}

test('an event acts at once and is told once a frame', () => {
  const { store, frames, told, listener, frame } = counting();
  store.subscribe(listener);
  store.dispatch({ by: 1 });
  store.dispatch({ by: 2 });
  assert.equal(store.state, 3);
  assert.deepEqual(told, []);
  assert.equal(frames.length, 1);
  frame();
  assert.deepEqual(told, [3]);
  store.dispatch({ by: 4 });
  frame();
  assert.deepEqual(told, [3, 7], 'the next event asks for a frame of its own');
});

test('what changes nothing is not told', () => {
  const { store, frames } = counting();
  store.dispatch({ by: 0 });
  assert.equal(frames.length, 0);
});

test('a listener that dispatches is told again in the next frame, not within this one', () => {
  const { store, told, listener, frame } = counting();
  store.subscribe((state) => {
    if (state < 3) store.dispatch({ by: 1 });
  });
  store.subscribe(listener);
  store.dispatch({ by: 1 });
  frame();
  assert.deepEqual(told, [2], 'those that come after see the newest state');
  frame();
  assert.deepEqual(told, [2, 3]);
});

test('who left is not told, even when it leaves in the middle of a telling', () => {
  const { store, told, listener, frame } = counting();
  const leave = store.subscribe(listener);
  store.subscribe(() => leave());
  store.dispatch({ by: 1 });
  frame();
  store.dispatch({ by: 1 });
  frame();
  assert.deepEqual(told, [1]);
});
