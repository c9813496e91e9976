import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wishOf } from '../../../../static/js/pages/lab/request.js';
import { Refusal } from '../../../../static/js/sources/source.js';
import { LESIONS, lab, SQUARES } from './lab.js';

const described = async (address, answers, weights) => {
  const one = lab(address, answers, weights);
  await one.store.commands.describe(one.nets, one.settings);
  return one;
};

test('an experiment is begun as it is asked for, followed, and read once more at its end', async () => {
  const { store, asked, watched } = await described('');
  const wish = wishOf(store.state);
  await store.commands.begin();
  assert.deepEqual(asked.find(([name]) => name === 'begin')[1], wish);
  assert.equal(store.state.experiment.id, 'e1');
  assert.equal(store.state.asked, JSON.stringify(wish));
  const [id, { onEvent }] = watched[0];
  assert.equal(id, 'e1');
  onEvent({ id: 1, type: 'progress', data: { done: 1, total: 4, seconds_left: null } });
  onEvent({ id: 2, type: 'partial', data: { result: { sentences: ['a'] }, figure: { data: [], layout: {} } } });
  onEvent({ id: 2, type: 'partial', data: { result: { sentences: ['again'] }, figure: null } });
  assert.deepEqual(store.state.experiment.result, { sentences: ['a'] }, 'an event counts once');
  assert.equal(store.state.experiment.progress.done, 1);
  const reads = asked.filter(([name]) => name === 'read').length;
  onEvent({ id: 3, type: 'status', data: { state: 'done', reason: null, queue_position: null, final: true } });
  await store.commands.stop(); // after what the end asks for
  assert.equal(asked.filter(([name]) => name === 'read').length, reads + 1);
});

test('a refusal stands at its field, and the time is unknown', async () => {
  const refusal = new Refusal({
    title: 'Not valid',
    detail: 'samples=0: give 1 or more.',
    field: 'samples',
    status: 422,
  });
  let refuse = true;
  const { store } = await described('', {
    estimate: async () => {
      if (refuse) throw refusal;
      return { seconds: 3, bytes: 1 };
    },
  });
  await store.commands.set({ samples: 0 });
  await store.commands.estimate();
  assert.equal(store.state.problems.samples.detail, refusal.message);
  assert.equal(store.state.estimate, null);
  refuse = false;
  await store.commands.set({ samples: 2 });
  await store.commands.estimate();
  assert.deepEqual(store.state.problems, {});
  assert.equal(store.state.estimate.seconds, 3);
});

test('another experiment begins with its example, unless networks or settings were chosen', async () => {
  const { store } = await described('');
  await store.commands.choose(LESIONS);
  assert.deepEqual([store.state.kind, store.state.settings.draws, store.state.settings.steps], [LESIONS, 5, 150]);
  await store.commands.set({ steps: 20 });
  await store.commands.remove(1);
  await store.commands.choose(store.state.kinds[0]);
  assert.equal(store.state.settings.steps, 20);
  assert.equal(store.state.settings.samples, 8);
  assert.ok(!('draws' in store.state.settings));
  assert.deepEqual(
    store.state.variants.map(({ label }) => label),
    ['ResNet-20'],
  );
  await store.commands.choose(SQUARES);
  assert.deepEqual(store.state.variants, []);
});

test('a kept experiment is opened with its request; it is not followed where it is over', async () => {
  const { store, watched } = await described('', {
    read: async (id) => ({
      id,
      kind: 'lesions',
      state: 'done',
      last_event: 9,
      result: { sentences: [] },
      figure: null,
      request: { variants: [{ preset: 'plain20' }], steps: 7, draws: 2, lr: 0.005, dataset: 'digits' },
    }),
  });
  await store.commands.open('old');
  assert.deepEqual([store.state.kind.kind, store.state.settings.steps, store.state.settings.draws], ['lesions', 7, 2]);
  assert.deepEqual(
    store.state.variants.map(({ label }) => label),
    ['plain-20'],
  );
  assert.equal(store.state.asked, JSON.stringify(wishOf(store.state)));
  assert.deepEqual(watched, []);
});

const RUN = async () => ({ request: { variants: [{ preset: 'plain20' }], lr: 0.1, steps: 30, momentum: 0.5 } });

test('the networks of a run are measured as they are, until they are to be trained anew', async () => {
  const { store } = await described('?samples=3', { run: RUN });
  await store.commands.take('r1');
  assert.equal(store.state.run, 'r1');
  assert.deepEqual(wishOf(store.state), { kind: 'paths', run: 'r1', samples: 3 });
  assert.deepEqual(
    store.state.fields.map(({ name }) => name),
    ['samples'],
  );
  await store.commands.release();
  assert.deepEqual(wishOf(store.state), {
    kind: 'paths',
    variants: [{ preset: 'plain20' }],
    lr: 0.1,
    steps: 30,
    samples: 3,
  });
});

test('an experiment that trains itself has the networks and the settings of a run', async () => {
  const { store } = await described('?kind=lesions', { run: RUN });
  await store.commands.take('r1');
  assert.equal(store.state.run, null);
  assert.deepEqual([store.state.settings.lr, store.state.settings.steps], [0.1, 30]);
  assert.ok(!('momentum' in store.state.settings));
  assert.equal(store.state.variants.length, 1);
});

test('an experiment that is gone is refused in words', async () => {
  const gone = new Refusal({ title: 'No such experiment', detail: 'There is no experiment x.', status: 404 });
  const { store } = await described('', { read: () => Promise.reject(gone) });
  await store.commands.open('x');
  assert.equal(store.state.problems.experiment.title, 'No such experiment');
  assert.equal(store.state.experiment, null);
});

test('the networks of weights are measured as they are, on data that are chosen', async () => {
  const weights = { read: async () => ({ variants: [{ preset: 'plain20' }] }), list: async () => ({ weights: [] }) };
  const { store } = await described('?samples=3', {}, weights);
  await store.commands.takeWeights('w1');
  assert.deepEqual([store.state.run, store.state.of], ['w1', 'weights']);
  assert.deepEqual(wishOf(store.state), { kind: 'paths', weights: 'w1', samples: 3 });
  await store.commands.fromRuns.startFrom({ id: 'w2', source: 'upload', title: '', detail: '' });
  assert.equal(store.state.run, 'w2');
});
