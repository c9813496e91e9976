import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchOf, copiedBatch, countRight, tilesOf } from '../../../static/js/figure/batch.js';
import { append, createHistory, thin } from '../../../static/js/figure/history.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { RUN, SUMMARIES } from '../golden.js';

const seen = { images: [5, 17, 2], labels: [3, 0, 9] };
const answered = [{ answers: [3, 3, null] }, { answers: [3, 0, 9] }];

test('a batch is read with the answers of all networks, or not at all', () => {
  assert.deepEqual(batchOf('digits', seen, answered), {
    dataset: 'digits',
    ...seen,
    answers: [
      [3, 3, null],
      [3, 0, 9],
    ],
  });
  for (const [batch, variants] of [
    [undefined, answered],
    [null, answered],
    [seen, [{}, answered[1]]],
    [seen, [{ answers: null }, answered[1]]],
  ])
    assert.equal(batchOf('digits', batch, variants), null);
});

test('an answer is right, wrong or none, and said with the name of its class', () => {
  const batch = batchOf('digits', seen, answered);
  assert.deepEqual([countRight(batch, 0), countRight(batch, 1)], [1, 3]);
  const classes = Array.from({ length: 10 }, (_, i) => `class ${i}`);
  const tiles = tilesOf(batch, classes, ['plain-20', 'ResNet-20']);
  assert.deepEqual(
    tiles.map(({ truth, answers }) => [truth, ...answers.map(({ said, verdict }) => `${said} ${verdict}`)]),
    [
      ['class 3', 'class 3 right', 'class 3 right'],
      ['class 0', 'class 3 wrong', 'class 0 right'],
      ['class 9', '– none', 'class 9 right'],
    ],
  );
  assert.equal(tiles[1].told, 'class 0. plain-20: class 3, wrong; ResNet-20: class 0, right');
  assert.equal(tiles[2].told, 'class 9. plain-20: no answer, not finite; ResNet-20: class 9, right');
  assert.equal(tilesOf(batch, [], ['a', 'b'])[0].truth, '3', 'a class that the page does not know has its number');
});

test('copies of a network have given its answers', () => {
  assert.deepEqual(copiedBatch(batchOf('digits', seen, answered), 1, 2).answers, [
    [3, 0, 9],
    [3, 0, 9],
  ]);
});

test('each step has its own batch, also after old steps were thinned out', () => {
  const net = { skips: [], strength: [] };
  const none = { taps: 0, weights: 0, blocks: 0 };
  const columns = Object.fromEntries(Object.keys(createHistory([none], 8).variants[0].data).map((name) => [name, []]));
  let history = createHistory([none], 8);
  for (let step = 0; step < 8; step += 1) {
    const batch = step === 2 ? null : { dataset: 'digits', images: [step], labels: [0], answers: [[step]] };
    history = append(history, {
      step,
      elapsed: 0,
      lr: 1,
      batch,
      variants: [{ loss: 1, accuracy: 0, net, values: columns }],
    });
  }
  const left = thin(history);
  const steps = [...left.steps.subarray(0, left.length)];
  assert.deepEqual(steps, [0, 2, 4, 5, 6, 7]);
  assert.deepEqual(
    left.batches.map((one) => one?.images[0]),
    [0, undefined, 4, 5, 6, 7],
  );
});

/** The page after a run that a worker recorded. */
function replayed() {
  const of = SUMMARIES.resnet20;
  const first = {
    type: 'first',
    summaries: [of, of],
    descriptions: [{ preset: 'resnet20' }, { preset: 'resnet20' }],
    probe: null,
    settings: initialState().settings,
    presets: [],
    datasets: [],
  };
  return RUN.map(({ id, type, data }) =>
    type === 'schema'
      ? { type: 'stream/schema', id, variants: data.variants }
      : type === 'step'
        ? { type: 'stream/step', id, record: data }
        : type === 'change'
          ? { type: 'stream/change', id, ...data }
          : { type: 'stream/status', id, ...data },
  ).reduce(reduce, [first, { type: 'run/opened', id: 'r', state: 'running' }].reduce(reduce, initialState()));
}

test('the step on screen has the answers that its network gave in it, live and when it is pointed at', () => {
  const steps = RUN.filter(({ type }) => type === 'step').map(({ data }) => data);
  const live = replayed();
  const wanted = (record) => batchOf('digits', record.batch, record.variants);
  assert.ok(wanted(steps[0]), 'the recorded run has answers');
  assert.deepEqual(live.batch, wanted(steps.at(-1)));
  for (const record of [steps[0], steps[1]]) {
    const shown = reduce(live, { type: 'show', step: record.step });
    assert.deepEqual(shown.batch, wanted(record));
  }
});
