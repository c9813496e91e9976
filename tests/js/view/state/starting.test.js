import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowOf, trainingOf } from '../../../../static/js/view/state/starting.js';
import { measured, page, summaryOf } from '../../page.js';

const ROW = { id: 'w', source: 'run', name: '', networks: ['a', 'b'], bytes: 2_000_000, created: 0, own: true };

test('weights go by the name that they were given, or by their networks', () => {
  assert.equal(rowOf(ROW).title, 'a beside b');
  assert.match(rowOf(ROW).detail, /^as a run ended, .*2.*MB$/);
  const named = rowOf({ ...ROW, name: 'mine', source: 'upload' });
  assert.equal(named.title, 'mine');
  assert.match(named.detail, /^a beside b, a file, /);
});

test('the data of a run come with its weights', () => {
  const request = { variants: [], labels: null, weights: null, dataset: 'digits', seed: 1, lr: 0.1, steps: 9 };
  assert.deepEqual(trainingOf(request), { lr: 0.1, steps: 9 });
});

test('a run starts from weights, paused at its first step, which is measured', async () => {
  const request = { variants: [{ preset: 'resnet20' }], labels: ['trained'], dataset: 'digits', lr: 0.5, weights: 'w' };
  const run = { id: 'r', own: true, state: 'paused', request };
  const { store, asked } = page((path, { body }) => {
    if (path.includes('summary')) return summaryOf(body);
    if (path.includes('/api/weights')) return { weights: [ROW] };
    return path.includes('/api/runs') ? run : measured;
  });
  const { starting } = store.commands;
  const [row] = await starting.startable();
  await starting.startFrom(row);
  const posted = asked.filter(([method]) => method === 'POST').map(([, path, body]) => [path, body]);
  const [, begun] = posted.find(([path]) => path === '/api/runs');
  assert.deepEqual([begun.weights, begun.state, begun.variants, begun.seed], ['w', 'paused', undefined, undefined]);
  assert.equal(begun.lr, 0.005);
  assert.equal(posted.at(-1)[0], '/api/runs/r/step');
  assert.deepEqual([store.state.run.id, store.state.variants[0].label, store.state.settings.lr], ['r', 'trained', 0.5]);
});
