import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommands } from '../../../../static/js/pages/runs/commands.js';
import { chosenOf, initialState, reduce } from '../../../../static/js/pages/runs/state.js';
import { Refusal } from '../../../../static/js/sources/source.js';
import { createStore } from '../../../../static/js/view/state/store.js';

const run = (id, digest = {}) => ({ id, digest, state: 'done' });

/** A list before a source that a test plays. */
function list(source, { runs = [run('a'), run('b')], compared = [] } = {}) {
  const store = createStore(initialState({ runs, total: runs.length }, compared), reduce, () => {});
  store.commands = createCommands(store, source);
  return store;
}
const gone = new Refusal({ title: 'Gone', detail: 'There is no run "old".', status: 404 });

test('what is compared is in the order in which it was ticked, and without what recorded nothing', () => {
  const store = list({}, { runs: [run('a'), run('b'), run('c', null)] });
  for (const id of ['b', 'c', 'a']) store.dispatch({ type: 'compare', id, on: true });
  assert.deepEqual(
    chosenOf(store.state).map(({ id }) => id),
    ['b', 'a'],
  );
  store.dispatch({ type: 'compare', id: 'b', on: false });
  assert.deepEqual(store.state.compared, ['c', 'a']);
});

test('four runs of an address are compared at most', () => {
  assert.equal(list({}, { compared: ['a', 'b', 'c', 'd', 'e'] }).state.compared.length, 4);
});

test('what is compared and not listed is asked for; what is gone is compared no longer', async () => {
  const store = list(
    { run: async (id) => (id === 'old' ? Promise.reject(gone) : run(id)) },
    { compared: ['a', 'old', 'older'] },
  );
  await store.commands.find();
  assert.deepEqual(store.state.compared, ['a', 'older']);
  assert.deepEqual(
    chosenOf(store.state).map(({ id }) => id),
    ['a', 'older'],
  );
  assert.equal(store.state.problem, gone.message);
});

test('pages are asked for until as many are listed as before, or there are no more', async () => {
  const asked = [];
  const store = list(
    {
      runs: async ({ offset, limit }) => {
        asked.push([offset, limit]);
        return { runs: Array.from({ length: limit }, (_, i) => run(String(offset + i))), total: 130, next: 'more' };
      },
    },
    { runs: Array.from({ length: 80 }, (_, i) => run(String(i))) },
  );
  await store.commands.more();
  assert.deepEqual(asked, [
    [0, 100],
    [100, 30],
  ]);
  assert.deepEqual([store.state.runs.length, store.state.total], [130, 130]);
});

test('a run that was removed is compared no longer', async () => {
  const store = list(
    { remove: async () => null, runs: async () => ({ runs: [run('b')], total: 1, next: null }) },
    { compared: ['a', 'b'] },
  );
  await store.commands.remove(run('a'));
  assert.deepEqual([store.state.compared, store.state.runs.map(({ id }) => id)], [['b'], ['b']]);
});

test('runs that are compared go by the names of the source; one alone needs none', async () => {
  const asked = [];
  const store = list(
    {
      beside: async (ids) => {
        asked.push(ids);
        return ids.map((id) => `lr of ${id}`);
      },
    },
    { compared: ['b', 'a'] },
  );
  await store.commands.tellApart();
  assert.deepEqual([asked, store.state.names], [[['b', 'a']], { a: 'lr of a', b: 'lr of b' }]);
  store.dispatch({ type: 'compare', id: 'a', on: false });
  await store.commands.tellApart();
  assert.deepEqual([asked.length, store.state.names], [1, {}]);
});
