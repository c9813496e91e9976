// What is on screen was measured, whatever is refused and however quickly commands follow each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../../static/js/sources/source.js';
import { later, measured, page, step, summaries } from '../../page.js';

const refusal = () => Promise.reject(new Refusal({ title: 'No', detail: 'Not now.', status: 409 }));
const run = { id: 'r1', state: 'running' };
const half = Array(9).fill(0.5);
const kindOf = ([method, path]) => `${method} ${path}`;
/** A server with a run, which refuses what `refuses` says. */
const server =
  (refuses = () => false) =>
  (path, options) => {
    if (refuses(path, options)) return refusal();
    return path === '/api/probe' ? measured : path.includes('summary') ? structuredClone(summaries[1]) : run;
  };

test('a change that the running net refuses goes back, and so does what could be undone', async () => {
  for (const act of [(c) => c.toggle(1, 0), (c) => c.setStrength(1, half, 'half')]) {
    const { store } = page(server((_, { method }) => method === 'PATCH'));
    await store.commands.play();
    await act(store.commands);
    assert.equal(store.state.variants[1].skips[0], true);
    assert.equal(store.state.variants[1].strength[0], 1);
    assert.equal(store.state.past.length, 0);
    assert.equal(Object.values(store.state.problems)[0].detail, 'Not now.');
  }
});

test('an undo that is refused can be asked for again', async () => {
  let open = true;
  const { store } = page(server((_, { method }) => !open && method === 'PATCH'));
  await store.commands.play();
  await store.commands.toggle(1, 0);
  open = false;
  await store.commands.undo();
  assert.equal(store.state.variants[1].skips[0], false);
  assert.deepEqual([store.state.past.length, store.state.future.length], [1, 0]);
  open = true;
  await store.commands.undo();
  assert.equal(store.state.variants[1].skips[0], true);
});

test('a measurement that is refused leaves the networks that were measured', async () => {
  const { store } = page(server((path) => path === '/api/probe'));
  const before = store.state;
  await store.commands.toggle(1, 0);
  assert.equal(store.state.variants[1].skips[0], true);
  await store.commands.change(null, { norm: 'batch' });
  await store.commands.set({ batch_size: 8 });
  assert.deepEqual(
    store.state.variants.map(({ description }) => description),
    before.variants.map(({ description }) => description),
  );
  assert.equal(store.state.settings.batch_size, before.settings.batch_size);
  assert.equal(store.state.values, before.values);
  assert.equal(store.state.phase, 'ready');
});

test('a run that is over stays on screen where the next measurement is refused', async () => {
  const { store, streams } = page(server((path) => path === '/api/probe'));
  await store.commands.play();
  const { onEvent } = streams[0][1];
  [{ id: 1, type: 'schema', data: measured }, step(2, 0), { id: 3, type: 'status', data: { state: 'done' } }].forEach(
    onEvent,
  );
  await store.commands.toggle(1, 0);
  assert.deepEqual(
    [store.state.run.id, store.state.history.length, store.state.variants[1].skips[0], store.state.phase],
    ['r1', 1, true, 'ready'],
  );
});

test('reset never shows trained numbers as those at initialisation', async () => {
  for (const refuses of [() => false, (_, { method }) => method === 'PATCH', (path) => path === '/api/probe']) {
    const { store, streams } = page(server(refuses));
    await store.commands.play();
    const { onEvent } = streams[0][1];
    [
      { id: 1, type: 'schema', data: measured },
      step(2, 9, 7),
      { id: 3, type: 'status', data: { state: 'running' } },
    ].forEach(onEvent);
    const seen = [];
    store.subscribe((state) => seen.push(state));
    await store.commands.reset();
    for (const { values, measured: of, phase, step: shown } of seen) {
      const trained = values[0].gradient_rms[0] === 7;
      assert.equal(of.step, trained ? 9 : null);
      assert.equal(shown, trained ? 9 : 0);
      assert.ok(!trained || phase !== 'ready');
    }
  }
});

test('two clicks on play make one run; a toggle meanwhile is told to it', async () => {
  const answers = [];
  const { store, asked } = page((path) =>
    path === '/api/runs' ? new Promise((resolve) => answers.push(() => resolve(run))) : {},
  );
  const all = [store.commands.play(), store.commands.play(), store.commands.step()];
  await later();
  all.push(store.commands.toggle(1, 0));
  answers[0]();
  await Promise.all(all);
  assert.deepEqual(asked.map(kindOf), [
    'POST /api/runs',
    'PATCH /api/runs/r1',
    'PATCH /api/runs/r1',
    'POST /api/runs/r1/step',
  ]);
  assert.equal(asked[0][2].variants[1].skips, true);
  assert.equal(asked[1][2].skips[0], false);
});

test('pause and play in one breath end in the last', async () => {
  const { store, asked } = page(server());
  await Promise.all([store.commands.play(), store.commands.pause(), store.commands.play(), store.commands.pause()]);
  assert.deepEqual(
    asked.slice(1).map(([, , body]) => body.state),
    ['paused', 'running', 'paused'],
  );
});

test('quick changes of fields add up, and of two choices the last is shown', async () => {
  let wait = 10;
  const { store } = page(async (path, { body }) => {
    if (!path.includes('summary')) return { variants: Array(body.variants.length).fill(measured.variants[1]) };
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait /= 3;
    return { ...summaries[body.preset === 'plain20' ? 0 : 1] };
  });
  await Promise.all([store.commands.change(1, { norm: 'batch' }), store.commands.change(1, { activation: 'tanh' })]);
  assert.deepEqual(store.state.variants[1].description, { preset: 'resnet20', norm: 'batch', activation: 'tanh' });
  wait = 30;
  await Promise.all([store.commands.compare('plain20', null), store.commands.compare('resnet20', null)]);
  assert.equal(store.state.variants[0].description.preset, 'resnet20');
});

test('a toggle while other networks are on their way is of those', async () => {
  const { store } = page(async (path, { body }) =>
    path.includes('summary')
      ? structuredClone(summaries[1])
      : { variants: Array(body.variants.length).fill(measured.variants[1]) },
  );
  await Promise.all([
    store.commands.describe([{ preset: 'resnet20' }]),
    store.commands.toggle(0, 2),
    store.commands.toggle(1, 0),
  ]);
  assert.equal(store.state.variants.length, 1);
  assert.deepEqual(store.state.variants[0].skips.slice(0, 4), [true, true, false, true]);
  assert.equal(store.state.phase, 'ready');
});

test('undoing a strength is told to the running net, and only what differs', async () => {
  const { store, asked } = page(server());
  await store.commands.play();
  await store.commands.setStrength(1, half, 'half');
  await store.commands.toggle(1, 0);
  await store.commands.undo();
  await store.commands.undo();
  assert.deepEqual(
    asked.slice(1).map(([, , { variant, ...told }]) => [variant, Object.keys(told)[0], Object.values(told)[0][0]]),
    [
      [1, 'strength', 0.5],
      [1, 'skips', false],
      [1, 'skips', true],
      [1, 'strength', 1],
    ],
  );
});

test('the batch size of the numbers on screen is the one they were measured with', async () => {
  let answer;
  const { store } = page((path) =>
    path === '/api/probe'
      ? new Promise((resolve) => {
          answer = () => resolve(measured);
        })
      : {},
  );
  const act = store.commands.set({ batch_size: 16 });
  await later();
  assert.equal(store.state.measured.batchSize, 64);
  answer();
  await act;
  assert.equal(store.state.measured.batchSize, 16);
});

test('a setting that no measurement depends on asks for none', async () => {
  const { store, asked } = page(server());
  await store.commands.set({ steps: 7 });
  assert.deepEqual(asked.map(kindOf), ['POST /api/runs/check']);
  assert.equal(store.state.settings.steps, 7);
});
