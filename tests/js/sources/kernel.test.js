import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelOf } from '../../../static/js/sources/kernel.js';
import { measured, page, step, summaries } from '../page.js';

const run = { id: 'n1', state: 'running', request: { variants: [{ block: 'a' }, { block: 'b' }] } };
const schema = { id: 1, type: 'schema', data: measured };

test('steps are shown as the kernel sends them, and nothing is asked of a server', async () => {
  const { source, take } = kernelOf({ run, summaries, events: [schema, step(2, 0)] });
  const { store } = page(() => assert.fail('there is no server'), source);
  store.dispatch({
    type: 'first',
    summaries,
    descriptions: run.request.variants,
    probe: measured.variants,
    settings: store.state.settings,
    presets: [],
    datasets: [],
  });
  await store.commands.replay('n1');
  assert.deepEqual([store.state.phase, store.state.history.length, store.state.step], ['running', 1, 0]);
  take([step(3, 7), step(4, 8)]);
  assert.deepEqual([store.state.history.length, store.state.step], [3, 8]);
  take([step(4, 8)]);
  assert.equal(store.state.history.length, 3, 'what comes again is there once');
  take([{ id: 5, type: 'status', data: { state: 'done', final: true } }]);
  assert.equal(store.state.run.state, 'done');
  await store.commands.change(0, {});
  assert.match(store.state.problems.page.detail, /cells train and measure/);
});

test('a view that was left hears no more', () => {
  const { source, take } = kernelOf({ run, summaries, events: [schema] });
  const heard = [];
  const leave = source.watch('n1', { lastEventId: null, onEvent: ({ id }) => heard.push(id) });
  take([step(2, 0)]);
  leave();
  take([step(3, 1)]);
  assert.deepEqual(heard, [1, 2]);
  const later = [];
  source.watch('n1', { lastEventId: 2, onEvent: ({ id }) => later.push(id) });
  assert.deepEqual(later, [3]);
});
