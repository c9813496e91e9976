import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShare } from '../../../../static/js/pages/room/share.js';
import { Refusal } from '../../../../static/js/sources/source.js';

/** @param {Record<string, object>} seats @returns {any} */
function storage(seats) {
  const kept = new Map(Object.entries(seats).map(([name, seat]) => [name, JSON.stringify(seat)]));
  return {
    get length() {
      return kept.size;
    },
    key: (/** @type {number} */ i) => [...kept.keys()][i],
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => kept.set(name, text),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  };
}
const key = 'a'.repeat(32);
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

test('the newest network goes to the rooms in which there is a seat', async () => {
  const seats = storage({
    'skipscope-room-K7PX3M': { key, joined: true },
    'skipscope-room-222222': { key, joined: false },
    'skipscope-tour': {},
  });
  /** @type {unknown[]} */
  const shown = [];
  const sourceOf = (/** @type {string} */ code) => ({
    show: async (/** @type {string} */ who, /** @type {string} */ address) => shown.push([code, who, address]),
  });
  const share = createShare({ storage: seats, sourceOf, rest: 1 });
  share('?net=plain20');
  share('?net=plain56');
  await turn();
  share('?run=5b2f&net=plain20');
  share('');
  await turn();
  assert.deepEqual(shown, [['K7PX3M', key, '/?net=plain56']]);
});

test('a room that has ended is forgotten', async () => {
  const seats = storage({ 'skipscope-room-K7PX3M': { key, joined: true } });
  const show = async () => {
    throw new Refusal({ title: 'No such room', detail: '', status: 404 });
  };
  createShare({ storage: seats, sourceOf: () => ({ show }), rest: 1 })('?net=plain20');
  await turn();
  assert.equal(seats.length, 0);
});
