import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../../static/js/sources/source.js';
import { shapeOf } from '../../../../static/js/view/state/describe.js';
import { isFollowing } from '../../../../static/js/view/state/readonly.js';
import { later, measured, measuredOf, page, step, summaries, summaryOf } from '../../page.js';

test('a toggle on a stopped net asks for a probe of the networks as they now are', async () => {
  const { store, asked } = page(() => measured);
  await store.commands.toggle(1, 4);
  assert.equal(asked.length, 1);
  const [[method, path, body]] = asked;
  assert.deepEqual([method, path, body.dataset, body.batch_size, body.seed], ['POST', '/api/probe', 'digits', 64, 0]);
  assert.equal(body.variants[0].skips, false);
  assert.deepEqual(
    body.variants[1].skips,
    summaries[1].graph.blocks.map((_, b) => b !== 4),
  );
  assert.equal(store.state.phase, 'ready');
  assert.equal(store.state.values[1].gradient_rms[0], 0.5);
});

test('toggles that come faster than answers are measured once more, at the end', async () => {
  const waiting = [];
  const { store, asked } = page(
    (_, { body }) => new Promise((resolve) => waiting.push(() => resolve(measuredOf(body)))),
  );
  const all = [store.commands.toggle(1, 0)];
  await later();
  all.push(store.commands.toggle(1, 1), store.commands.toggle(1, 2));
  assert.deepEqual(
    store.state.variants[1].skips.slice(0, 4),
    [false, false, false, true],
    'the switches follow at once',
  );
  await later();
  assert.equal(waiting.length, 1);
  waiting[0]();
  await later();
  assert.equal(store.state.phase, 'loading', 'the first answer is not of the nets that are wanted');
  assert.deepEqual(
    store.state.measured.nets[1].skips.slice(0, 4),
    [false, true, true, true],
    'it is of those that were asked for',
  );
  assert.equal(waiting.length, 2);
  waiting[1]();
  await Promise.all(all);
  assert.equal(asked.length, 2);
  assert.deepEqual(asked[1][2].variants[1].skips.slice(0, 4), [false, false, false, true]);
  assert.equal(store.state.phase, 'ready');
});

test('a network goes by the name that it was made with, however its skips are changed', async () => {
  const { store, asked } = page((path, { body }) => (path.includes('summary') ? summaryOf(body) : measuredOf(body)));
  const probed = () => asked.findLast(([, path]) => path === '/api/probe')[2];
  const skipsOf = (nets) => nets?.map(({ skips }) => skips);
  await store.commands.describe([{ preset: 'resnet20' }, { preset: 'resnet20', norm: 'none' }]);
  assert.equal(probed().born, undefined, 'nothing was changed');
  await store.commands.describe([{ preset: 'resnet20' }, { preset: 'resnet20', cut: '1-9' }]);
  assert.deepEqual(
    [skipsOf(probed().variants), skipsOf(probed().born)],
    [
      [true, false],
      [true, true],
    ],
  );
});

test('a refused probe is told in the words of the server, at the field', async () => {
  const problem = { title: 'Too large', detail: 'batch_size=4096 needs 9 GB.', status: 413, field: 'batch_size' };
  const { store } = page(() => Promise.reject(new Refusal(problem)));
  await store.commands.set({ batch_size: 4096 });
  assert.equal(store.state.problems.batch_size.detail, problem.detail);
  assert.equal(store.state.phase, 'ready', 'what was measured before stays on screen');
});

test('being asked to wait is told where it was asked, and gone with the next answer', async () => {
  const problem = {
    title: 'Too many requests',
    detail: 'That is more than 600 a minute.',
    status: 429,
    field: 'probes',
  };
  const { store } = page((_path, _options, asked) => (asked === 1 ? Promise.reject(new Refusal(problem)) : measured));
  await store.commands.toggle(1, 0);
  assert.deepEqual(Object.keys(store.state.problems), ['probe']);
  await store.commands.toggle(1, 0);
  assert.deepEqual(store.state.problems, {});
});

test("another's run is left, not ended, and one's own begins", async () => {
  const problem = { title: "Another's run", detail: 'You can watch it.', status: 403, field: 'run_id' };
  const { store, asked } = page((path, { method }) => {
    if (method === 'PATCH') return Promise.reject(new Refusal(problem));
    return path === '/api/runs' ? { id: 'r1', state: 'running' } : measured;
  });
  await store.commands.play();
  await store.commands.toggle(1, 0);
  assert.equal(store.state.problems.run.detail, problem.detail);
  await store.commands.reset();
  assert.deepEqual(asked.map(([method, path]) => `${method} ${path}`).slice(-2), [
    'PATCH /api/runs/r1',
    'POST /api/probe',
  ]);
  assert.deepEqual(store.state.problems, {});
});

test('play creates a run and follows it; a toggle goes to the running net; pause and play again', async () => {
  const { store, asked, streams } = page((path) => (path === '/api/runs' ? { id: 'r1', state: 'running' } : measured));
  await store.commands.play();
  const [, , body] = asked[0];
  assert.deepEqual(
    Object.keys(store.state.settings).filter((name) => !(name in body)),
    [],
  );
  assert.equal(streams[0][0], 'r1');
  await store.commands.toggle(1, 0);
  assert.deepEqual(asked[1].slice(0, 2), ['PATCH', '/api/runs/r1']);
  assert.equal(asked[1][2].variant, 1);
  assert.equal(asked[1][2].skips[0], false);
  await store.commands.pause();
  assert.deepEqual(asked[2][2], { state: 'paused' });
  streams[0][1].onEvent({ id: 1, type: 'status', data: { state: 'paused' } });
  await store.commands.play();
  assert.deepEqual(asked[3][2], { state: 'running' });
  await store.commands.reset();
  assert.deepEqual(streams.at(-1), ['r1', 'left']);
  assert.equal(store.state.run.id, null);
});

test('a weakened shortcut is measured at once, and told before the first step of a run', async () => {
  const { store, asked } = page((path) =>
    path === '/api/probe' ? measured : path === '/api/runs' ? { id: 'r1', state: 'paused' } : {},
  );
  await store.commands.setStrength(
    1,
    Array.from({ length: 9 }, () => 0.5),
    'half',
  );
  await store.commands.play();
  assert.deepEqual(
    asked.map(([method, path]) => `${method} ${path}`),
    ['POST /api/probe', 'POST /api/runs', 'PATCH /api/runs/r1', 'PATCH /api/runs/r1'],
  );
  assert.equal(asked[0][2].strengths[0], null);
  assert.equal(asked[0][2].strengths[1][0], 0.5);
  assert.equal(asked[1][2].state, 'paused');
  assert.equal(asked[2][2].strength[0], 0.5);
  assert.deepEqual(asked[3][2], { state: 'running' });
});

test('undo goes to where the net is: the running one, or a new probe', async () => {
  const { store, asked } = page(() => measured);
  await store.commands.toggle(1, 4);
  await store.commands.undo();
  assert.equal(asked.at(-1)[2].variants[1].skips, true);
  await store.commands.undo();
  assert.equal(asked.length, 2, 'nothing to undo asks nothing');
});

test('another preset keeps how the net is normalised; other fields are its own', async () => {
  const { store, asked } = page((path) => (path.includes('summary') ? structuredClone(summaries[1]) : measured));
  await store.commands.change(1, { preset: 'resnet56' });
  assert.deepEqual(asked[0][2], { preset: 'resnet56', norm: 'none', image_size: 8, in_channels: 1, num_classes: 10 });
  assert.equal(store.state.variants[1].description.preset, 'resnet56');
  assert.deepEqual(shapeOf(store.state, [{ preset: 'resnet20' }]), { image_size: 8, in_channels: 1, num_classes: 10 });
});

test('leaving a run ends it only where this page began it', async () => {
  const run = { id: 'r1', state: 'running', request: { variants: [{}, {}] } };
  const answer = (path, { method } = {}) =>
    path === '/api/probe'
      ? measured
      : path.includes('summary')
        ? structuredClone(summaries[0])
        : method === 'POST'
          ? { id: 'r2', state: 'running' }
          : run;
  const { store, asked } = page(answer);
  await store.commands.replay('r1');
  await store.commands.reset();
  assert.deepEqual(
    asked.filter(([method]) => method === 'PATCH'),
    [],
    'a run that is watched goes on',
  );
  await store.commands.play();
  await store.commands.reset();
  assert.deepEqual(
    asked.filter(([method]) => method === 'PATCH').map(([, path, body]) => [path, body]),
    [['/api/runs/r2', { state: 'paused' }]],
    'it waits for an undo',
  );
});

test('a run is drawn as it was built: of the shape of its data', async () => {
  const request = {
    variants: [{ block: 'basic', image_size: 32, in_channels: 3, num_classes: 10 }],
    dataset: 'digits',
    image_size: 16,
    batch_size: 8,
  };
  const { store, asked, streams } = page((path) =>
    path.includes('summary') ? structuredClone(summaries[1]) : { id: 'r1', state: 'done', request },
  );
  await store.commands.replay('r1');
  assert.deepEqual(asked[1][2], { block: 'basic', image_size: 16, in_channels: 1, num_classes: 10 });
  const { onEvent } = streams[0][1];
  [
    { id: 1, type: 'schema', data: { variants: [measured.variants[1]] } },
    { ...step(2, 0), data: { ...step(2, 0).data, variants: step(2, 0).data.variants.slice(1) } },
  ].forEach(onEvent);
  assert.equal(store.state.measured.batchSize, 8);
});

test('copies of a weakened network are as weak', async () => {
  const { store } = page((path, { method }) => {
    if (path.includes('summary')) return structuredClone(summaries[1]);
    return path.endsWith('/fork') || method === 'POST'
      ? { id: path.endsWith('/fork') ? 'f1' : 'r1', state: 'running' }
      : { id: 'f1', state: 'paused', request: { variants: [{}, {}] } };
  });
  await store.commands.play();
  await store.commands.setStrength(1, Array(9).fill(0.5), 'half');
  await store.commands.fork(1);
  assert.deepEqual(
    store.state.variants.map(({ strength }) => strength[0]),
    [0.5, 0.5],
  );
  assert.equal(store.state.run.id, 'f1');
});

test("another's run is followed as such, and a copy of its networks is one's own", async () => {
  const request = { variants: [{ preset: 'resnet20', norm: 'none' }], batch_size: 8, lr: 0.5 };
  const { store, asked, streams } = page((path, { body }) => {
    if (path === '/api/probe') return { variants: measuredOf({ variants: [{}, ...body.variants] }).variants.slice(1) };
    if (path.includes('summary')) return summaryOf(body);
    return { id: 'r1', own: false, state: 'running', request };
  });
  await store.commands.replay('r1');
  assert.deepEqual([store.state.run.own, isFollowing(store.state)], [false, true]);
  streams[0][1].onEvent({ id: 1, type: 'schema', data: { variants: [measured.variants[1]] } });
  const skips = store.state.variants[0].skips.map((_, b) => b > 0);
  streams[0][1].onEvent({ id: 2, type: 'change', data: { step: 0, variant: 0, changed: { skips } } });
  await store.commands.copy();
  assert.deepEqual([store.state.run.id, isFollowing(store.state)], [null, false]);
  assert.deepEqual(store.state.variants[0].skips, skips, 'as they are now');
  assert.deepEqual([store.state.settings.batch_size, store.state.settings.lr], [8, 0.5]);
  assert.deepEqual(streams.at(-1), ['r1', 'left']);
  assert.deepEqual(
    asked.filter(([method]) => method === 'PATCH'),
    [],
    'the run that was copied goes on as it was',
  );
});

test('a refusal beside a field goes with the next answer, whichever field was changed', async () => {
  const refusals = [
    new Refusal({
      title: 'Not possible',
      detail: 'widths: depths has 2. Give 2 widths.',
      status: 422,
      field: 'widths',
    }),
  ];
  const { store } = page((path, { body }) => {
    if (path.includes('summary') && refusals.length > 0) return Promise.reject(refusals.pop());
    return path.includes('summary') ? summaryOf(body) : measuredOf(body);
  });
  const typed = { title: 'Not valid', detail: 'Learning rate is a number.' };
  store.dispatch({ type: 'problem', place: 'lr', problem: typed });
  await store.commands.change(null, { depths: [3, 3] });
  assert.deepEqual(Object.keys(store.state.problems).sort(), ['lr', 'widths']);
  await store.commands.change(null, { depths: [3, 3, 3] });
  assert.deepEqual(store.state.problems, { lr: typed }, 'what stands in a field is still wrong');
});
