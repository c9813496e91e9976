import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../../static/js/sources/source.js';
import { measuredOf, page, summaryOf } from '../../page.js';

const request = { variants: [{ preset: 'resnet20', norm: 'none' }], batch_size: 8, lr: 0.5 };

/** A page before a server that has what a page asks for. */
function visited({ gone = () => false } = {}) {
  let runs = 0;
  return page((path, { method, body }) => {
    if (path === '/api/probe') {
      const whole = measuredOf({ variants: body.variants.length === 2 ? body.variants : [{}, ...body.variants] });
      return { variants: whole.variants.slice(-body.variants.length) };
    }
    if (path.includes('summary')) return summaryOf(body);
    if (path === '/api/runs/check' || method === 'PATCH') return {};
    if (path.endsWith('/fork')) return { id: 'fork', own: true, state: 'paused', request };
    if (method === 'POST') runs += 1;
    if (method === 'POST') return { id: `r${runs}`, own: true, state: 'running' };
    if (gone()) return Promise.reject(new Refusal({ title: 'No such run', detail: 'It is gone.', status: 404 }));
    return { id: path.split('/').at(-1), own: true, state: 'paused', request };
  });
}
const look = ({ variants, settings, run }) => [
  variants.map(({ description, skips }) => [description, skips.filter(Boolean).length]),
  settings.lr,
  settings.batch_size,
  run.id,
];

test('every change of networks and settings is undone and done again', async () => {
  const { store } = visited();
  const { commands } = store;
  const seen = [look(store.state)];
  for (const act of [
    () => commands.toggle(1, 0),
    () => commands.change(null, { norm: 'batch' }),
    () => commands.set({ batch_size: 16 }),
    () => commands.set({ lr: 0.25 }),
    () => commands.compare('plain20', 'resnet20'),
    () => commands.toggle(0, 2),
    () => commands.change(1, { preset: 'resnet20', order: 'pre_activation' }),
  ]) {
    await act();
    seen.push(look(store.state));
  }
  assert.equal(store.state.past.length, seen.length - 1);
  assert.deepEqual(store.state.past.map(({ label }) => label).slice(1, 5), [
    'norm batch',
    'batch size 16',
    'lr 0.25',
    'plain20 beside resnet20',
  ]);
  for (const before of seen.slice(0, -1).reverse()) {
    await commands.undo();
    assert.deepEqual(look(store.state), before);
  }
  assert.deepEqual(store.state.past, []);
  for (const after of seen.slice(1)) {
    await commands.redo();
    assert.deepEqual(look(store.state), after);
  }
  assert.deepEqual([store.state.future, store.state.problems], [[], {}]);
});

test('undoing a fork leads back to the run that was forked, and redoing to the fork', async () => {
  const { store, asked } = visited();
  await store.commands.replay('first');
  await store.commands.fork(0);
  assert.deepEqual([store.state.run.id, store.state.past.map(({ label }) => label)], ['fork', ['fork ResNet-20']]);
  await store.commands.undo();
  assert.equal(store.state.run.id, 'first');
  await store.commands.redo();
  assert.equal(store.state.run.id, 'fork');
  assert.deepEqual(
    asked.filter(([, , body]) => body?.state === 'stopped'),
    [],
    'neither is ended by looking at the other',
  );
});

test('a learning rate that a run was told is told back', async () => {
  const { store, asked } = visited();
  await store.commands.play();
  await store.commands.set({ lr: 0.25 });
  await store.commands.undo();
  assert.deepEqual(
    asked.filter(([method]) => method === 'PATCH').map(([, , body]) => body),
    [{ lr: 0.25 }, { lr: 0.005 }],
  );
  assert.deepEqual([store.state.settings.lr, store.state.run.id], [0.005, 'r1']);
});

test('of a run that is gone the networks come back', async () => {
  let isGone = false;
  const { store } = visited({ gone: () => isGone });
  await store.commands.replay('first');
  await store.commands.change(null, { norm: 'batch' });
  isGone = true;
  await store.commands.undo();
  assert.deepEqual(store.state.variants[0].description, { preset: 'resnet20', norm: 'none' });
  assert.deepEqual([store.state.run.id, store.state.problems], [null, {}]);
});

test('undo twice at once undoes what there is', async () => {
  const { store } = visited();
  await store.commands.change(null, { norm: 'batch' });
  const { past } = store.state;
  store.commands.undo();
  await store.commands.undo();
  assert.deepEqual([past.length, store.state.past.length, store.state.future.length], [1, 0, 1]);
});

test('a reset is undone: the run goes on from where it waits, and redoing resets it again', async () => {
  const { store, asked } = visited();
  const told = () => asked.filter(([method]) => method === 'PATCH').map(([, path, body]) => [path, body.state]);
  await store.commands.play();
  await store.commands.reset();
  assert.deepEqual([store.state.run.id, store.state.past.map(({ label }) => label)], [null, ['reset']]);
  await store.commands.undo();
  assert.deepEqual([store.state.run.id, store.state.past.length], ['r1', 0]);
  await store.commands.redo();
  assert.deepEqual([store.state.run.id, store.state.past.map(({ label }) => label)], [null, ['reset']]);
  assert.deepEqual(told(), [['/api/runs/r1', 'paused']], 'it waits all the time, and is not ended');
});

test('the next run ends the one that was reset, which is then left to look at', async () => {
  const { store, asked } = visited();
  await store.commands.play();
  await store.commands.reset();
  await store.commands.play();
  assert.deepEqual(
    asked.filter(([method]) => method === 'PATCH').map(([, path, body]) => [path, body.state]),
    [
      ['/api/runs/r1', 'paused'],
      ['/api/runs/r1', 'stopped'],
    ],
  );
  await store.commands.undo();
  assert.equal(store.state.run.id, 'r1');
});

test('without a run a reset is no step of undo', async () => {
  const { store } = visited();
  await store.commands.reset();
  assert.deepEqual(store.state.past, []);
});
