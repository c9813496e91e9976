import assert from 'node:assert/strict';
import { test } from 'node:test';
import { later } from '../../../static/js/view/later.js';

const STATE = /** @type {any} */ ({ step: 1 });

test('code that did not come is asked for again until it comes', async () => {
  /** @type {any[]} */
  const seen = [];
  let asked = 0;
  let mounted = () => {};
  const here = new Promise((resolve) => {
    mounted = () => resolve(undefined);
  });
  const view = later(
    () => true,
    async () => {
      asked += 1;
      if (asked < 3) throw new TypeError('Failed to fetch dynamically imported module');
      return () => {
        mounted();
        return { update: (state) => seen.push(state), destroy: () => {} };
      };
    },
    1,
  );
  const warn = console.warn;
  console.warn = () => {};
  try {
    view.update(/** @type {any} */ ({ step: 0 }));
    view.update(STATE);
    await here;
  } finally {
    console.warn = warn;
  }
  await Promise.resolve();
  assert.equal(asked, 3);
  assert.deepEqual(seen, [STATE]);
});

test('a view that has left asks for no code again', async () => {
  let asked = 0;
  const warn = console.warn;
  console.warn = () => {};
  const view = later(
    () => true,
    async () => {
      asked += 1;
      throw new TypeError('Failed to fetch dynamically imported module');
    },
    1,
  );
  view.update(STATE);
  view.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.warn = warn;
  assert.equal(asked, 1);
});
