import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alertOf, tellRun } from '../../../../static/js/view/state/outside.js';
import { factsOf, gradientOf } from '../../../../static/js/view/state/outsidewords.js';
import { isReadOnly } from '../../../../static/js/view/state/readonly.js';
import { encodeState } from '../../../../static/js/view/state/url.js';
import { later, page } from '../../page.js';

const golden = (name) => readFileSync(new URL(`../../../golden/${name}`, import.meta.url));
const [schema, ...steps] = golden('outside.jsonl')
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const BAND = { low: 0.1, high: 10, steps: 5 };
const RUN = {
  id: 'abc',
  name: 'first try',
  own: true,
  state: 'running',
  reason: null,
  request: null,
  outside: { label: 'Net', host: 'gpu-07', optimizer: 'AdamW', parameters: 1234, band: BAND },
};
const event = (id, type, data) => ({ id, type, data });

/** The page on which the run was opened, and its stream. */
async function opened(run = RUN) {
  const found = page(async () => run);
  const done = found.store.commands.replay(run.id);
  await later();
  const [id, watcher] = found.streams.at(-1);
  assert.equal(id, run.id);
  return { ...found, done, watcher };
}

test('a run that trains elsewhere is on the page when its names have come, and nothing before', async () => {
  const { store, watcher, done } = await opened();
  const before = store.state.variants;
  watcher.onEvent(event(1, 'status', { state: 'running', reason: null, queue_position: null }));
  assert.equal(store.state.variants, before);
  assert.equal(watcher.lastEventId, null);
  watcher.onEvent(event(2, 'schema', schema));
  await done;
  const [variant] = store.state.variants;
  assert.deepEqual([variant.label, variant.letter, variant.blocks], ['Net', 'A', ['block']]);
  assert.deepEqual([store.state.phase, store.state.run.id, store.state.quantity], ['running', 'abc', 'gradient_norm']);
  assert.equal(isReadOnly(store.state), true);
  assert.equal(tellRun(store.state), 'receiving, no step yet, sent from gpu-07');
});

test('its steps are rows of the history, with what its caller logged', async () => {
  const { store, watcher, done } = await opened();
  watcher.onEvent(event(2, 'schema', schema));
  await done;
  steps.forEach((data, i) => watcher.onEvent(event(3 + i, 'step', data)));
  const { history, values, scores, run } = store.state;
  assert.deepEqual([...history.steps.subarray(0, history.length)], [0, 1, 7]);
  assert.deepEqual(history.variants[0].logged, [{ loss: 2.5 }, { loss: Infinity, val: Infinity }, {}]);
  assert.deepEqual(run.outside.logged, ['loss', 'val']);
  assert.deepEqual(run.outside.notes, ['NaN is a word here']);
  assert.equal(values[0].activation_rms[0], Infinity);
  assert.ok(Number.isNaN(scores[0].loss));
  store.dispatch({ type: 'show', step: 0 });
  assert.deepEqual([store.state.step, store.state.scores[0].loss], [0, 2.5]);
  assert.equal(tellRun(store.state), 'receiving, step 0, pointed at, sent from gpu-07');
  watcher.onEvent(event(4, 'step', steps[1]));
  assert.equal(store.state.history.length, 3, 'an event that came before changes nothing');
});

test('an alert stands while the ratio has been outside of its band for long enough', async () => {
  const { store, watcher, done } = await opened();
  const names = { ...schema.variants[0], taps: ['conv', 'relu'], blocks: [], junctions: [] };
  watcher.onEvent(event(2, 'schema', { ...schema, variants: [names] }));
  await done;
  assert.equal(store.state.quantity, 'gradient');
  const at = (id, step, ratio) => {
    const [own] = steps[0].variants;
    const values = { ...own.values, gradient_rms: [ratio, 1] };
    watcher.onEvent(event(id, 'step', { ...steps[0], step, variants: [{ ...own, values }] }));
  };
  at(3, 0, 1);
  at(4, 10, 0.01);
  assert.equal(alertOf(store.state), '');
  at(5, 15, 0.02);
  assert.match(alertOf(store.state), /is 0\.02 times .* left the band 0\.1 to 10 at step 10, 5 steps ago\./);
  at(6, 16, 1);
  assert.equal(alertOf(store.state), '');
});

test('a silence and its end are said', async () => {
  const { store, watcher, done } = await opened();
  watcher.onEvent(event(2, 'schema', schema));
  await done;
  watcher.onEvent(event(3, 'step', steps[0]));
  const status = (id, state, reason) => watcher.onEvent(event(id, 'status', { state, reason, queue_position: null }));
  status(4, 'paused', 'its sender has sent nothing for 60 s; it goes on when that does');
  assert.match(tellRun(store.state), /^silent, recorded to 0, sent from gpu-07: its sender has sent nothing/);
  assert.equal(store.state.phase, 'paused');
  status(5, 'running', null);
  assert.deepEqual(store.state.run.outside.breaks, ['Its sender was silent after step 0, and went on.']);
  status(6, 'interrupted', 'its sender has sent nothing for 86400 s');
  assert.equal(store.state.phase, 'ready');
  assert.match(tellRun(store.state), /^interrupted, /);
});

test('it says its junctions by kind, and whatever its sender states beside', async () => {
  const { store, watcher, done } = await opened();
  watcher.onEvent(event(2, 'schema', schema));
  await done;
  const facts = factsOf(store.state);
  assert.deepEqual(facts.slice(0, 4), ['first try', 'Net', '1\u202f234 parameters', 'AdamW']);
  assert.ok(facts.includes('1 addition found'));
  const gradient = {
    passes: 2,
    steps: 1,
    skipped: 2,
    scale: 65_536,
    norm: 1,
    before: 3.2,
    processes: 4,
    rank: 0,
    shared: 'averaged',
    of_tomorrow: '<b>',
  };
  const [own] = steps[0].variants;
  watcher.onEvent(event(3, 'step', { ...steps[0], variants: [{ ...own, gradient }] }));
  assert.deepEqual(gradientOf(store.state.run.outside.gradient), [
    'at the optimizer’s step',
    'averaged over 4 processes',
    'accumulated over 2 passes',
    'unscaled, 65\u202f536 divided out',
    'norm 3.2, clipped to 1',
    '2 steps skipped',
    'activations: rank 0’s',
    'of tomorrow: <b>',
  ]);
  assert.deepEqual(gradientOf({}), []);
});

test('a file is read in the browser, has no address, and a broken one is refused by its name', async () => {
  const { store, asked } = page(async () => assert.fail('nothing is asked'));
  const fileOf = (bytes, name) => new File([bytes], name);
  await store.commands.openFile(fileOf(golden('outside.skipscope'), 'mine.skipscope'));
  assert.deepEqual([store.state.run.id, store.state.phase, store.state.step], ['file:mine.skipscope', 'ready', 7]);
  assert.equal(tellRun(store.state), 'recorded to 7, from the file mine.skipscope');
  assert.equal(encodeState(store.state, { query: '', settings: store.state.settings }), '');
  await store.commands.openFile(fileOf('{}\n', 'other.skipscope'));
  const { file } = store.state.problems;
  assert.equal(file.title, 'other.skipscope');
  assert.match(file.detail, /holds no run: its line 1/);
  await store.commands.openFile(fileOf(golden('outside.skipscope').subarray(0, -5), 'cut.skipscope'));
  assert.match(store.state.problems.file.detail, /cut off/);
  assert.equal(store.state.step, 0);
  assert.deepEqual(asked, []);
});

test('networks that are ours have their own quantities again', async () => {
  const { store, watcher, done } = await opened();
  watcher.onEvent(event(2, 'schema', schema));
  await done;
  const { summaries } = await import('../../page.js');
  const { assemble } = await import('../../../../static/js/view/state/variants.js');
  store.dispatch({ type: 'variants', variants: assemble([], summaries, [{}, {}]), settings: {} });
  assert.deepEqual([store.state.quantity, store.state.run.outside], ['gradient_path', null]);
});
