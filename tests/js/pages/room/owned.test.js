import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownedRooms } from '../../../../static/js/pages/room/owned.js';
import { Refusal } from '../../../../static/js/sources/source.js';

/** @param {Record<string, object>} known @returns {any} */
function storageOf(known) {
  const kept = new Map(Object.entries(known).map(([code, one]) => [`skipscope-room-${code}`, JSON.stringify(one)]));
  return {
    get length() {
      return kept.size;
    },
    key: (/** @type {number} */ i) => [...kept.keys()][i] ?? null,
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ text) => kept.set(name, text),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  };
}

test('rooms whose host is this browser are found, the newest first, and one that has ended is forgotten', async () => {
  const storage = storageOf({
    AAAAAA: { secret: 'a' },
    BBBBBB: { secret: 'b' },
    CCCCCC: { joined: true },
    DDDDDD: { secret: 'd' },
  });
  const expires = /** @type {Record<string, number>} */ ({ AAAAAA: 1, BBBBBB: 2 });
  const asked = /** @type {string[][]} */ ([]);
  const found = await ownedRooms({
    storage,
    sourceOf: (code, secret) =>
      /** @type {any} */ ({
        read: async () => {
          asked.push([code, secret]);
          if (!(code in expires)) throw new Refusal({ title: '', status: 404, detail: '', remedy: '' });
          return { expires: expires[code] };
        },
      }),
  });
  assert.deepEqual(
    found.map(({ code }) => code),
    ['BBBBBB', 'AAAAAA'],
  );
  assert.deepEqual(asked, [
    ['AAAAAA', 'a'],
    ['BBBBBB', 'b'],
    ['DDDDDD', 'd'],
  ]);
  assert.equal(storage.length, 3);
});
