import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingOf } from '../../../static/js/sources/recording.js';
import { measured, page, step, summaries } from '../page.js';

const run = { id: 'r1', state: 'done', request: { variants: [{ block: 'a' }, { block: 'b' }] } };
const events = [
  { id: 1, type: 'schema', data: measured },
  step(2, 0),
  step(3, 1),
  { id: 4, type: 'status', data: { state: 'done', final: true } },
];

test('a recording is replayed, and nothing that asks for a server takes it away', async () => {
  const { store } = page(() => assert.fail('there is no server'), recordingOf({ run, summaries, events }));
  store.dispatch({
    type: 'first',
    summaries,
    descriptions: run.request.variants,
    probe: measured.variants,
    settings: store.state.settings,
    presets: [],
    datasets: [],
  });
  await store.commands.replay('r1');
  assert.deepEqual([store.state.phase, store.state.history.length, store.state.recording], ['ready', 2, true]);
  const local = ['replay', 'leave', 'play', 'pause', 'step', 'reset', 'pace', 'pictures'];
  const others = Object.entries(store.commands).filter(([name, act]) => act !== null && !local.includes(name));
  const before = store.state;
  for (const [name, act] of others) {
    await act(1, name === 'setStrength' || name === 'setSkips' ? Array(9).fill(0) : 0, 'label');
    assert.match(store.state.problems.page.detail, /needs a Skipscope server/, name);
    store.dispatch({ type: 'problem', place: 'page', problem: null });
    assert.deepEqual(store.state, before, name);
  }
});
