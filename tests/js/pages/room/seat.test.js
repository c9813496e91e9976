import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockText, secondsLeft } from '../../../../static/js/pages/room/clock.js';
import { seatOf } from '../../../../static/js/pages/room/seat.js';

/** @returns {any} */
function storage() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => kept.set(name, text),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  };
}

test('two tabs of a browser have one key, and each send a later turn', () => {
  const shared = storage();
  const [one, other] = [seatOf('K7PX3M', shared), seatOf('K7PX3M', shared)];
  assert.match(one.key(), /^[0-9a-f]{32}$/);
  assert.equal(other.key(), one.key());
  assert.notEqual(seatOf('222222', shared).key(), one.key());
  const turns = [one.turn(), other.turn(), one.turn()];
  assert.ok(turns[0] < turns[1] && turns[1] < turns[2]);
});

test('what is no memory of ours is forgotten', () => {
  const shared = storage();
  shared.setItem('skipscope-room-K7PX3M', 'no json');
  assert.equal(seatOf('K7PX3M', shared).read().joined, false);
});

test('time is left by the clock of the server', () => {
  /** @param {object} of @returns {any} */
  const room = (of) => ({ ends: null, remaining: null, ...of });
  assert.equal(secondsLeft(room({ ends: 1060 }), 10, 1000), 50);
  assert.equal(secondsLeft(room({ ends: 900 }), 0, 1000), 0);
  assert.equal(secondsLeft(room({ remaining: 12 }), 0, 1000), 12);
  assert.equal(secondsLeft(room({}), 0, 1000), null);
  assert.equal(clockText(61.2), '1:02');
});
