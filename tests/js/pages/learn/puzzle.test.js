import assert from 'node:assert/strict';
import test from 'node:test';
import { readingOf, verdictOf } from '../../../../static/js/pages/learn/puzzle.js';
import { wordsOf } from '../../../../static/js/pages/learn/trial.js';

test('the measured accuracy decides, and is said', () => {
  const one = { accuracy: 0.99, test: 0.972, learnt: true };
  assert.equal(
    verdictOf(one, 0.9),
    'It learnt: right on 99 % of its last 20 batches, and 97.2 % of the images held out.',
  );
  assert.equal(
    verdictOf({ accuracy: 0.395, test: 0.38, learnt: false }, 0.9),
    'It did not learn: right on 39.5 % of its last 20 batches, and 90 % are asked.',
  );
});

test('a training that ended early says why', () => {
  const reason = 'loss is not finite at step 3 in plain-56';
  assert.match(
    verdictOf({ accuracy: null, test: null, learnt: false, reason }, 0.9),
    /^It did not learn: it ended before 20 batches\. The training ended early: loss is not finite at step 3/,
  );
});

test('an earlier try is drawn from what was kept', () => {
  const reading = readingOf({ changes: { Skips: 'all' }, at: [1, 2], course: [0.1, 0.2], accuracy: 0.99 });
  assert.equal(reading.label, 'Skips all');
  assert.deepEqual([reading.run.at, reading.run.course, reading.run.lately], [[1, 2], [0.1, 0.2], 0.99]);
});

test('the reader is told the place in the queue, then the step', () => {
  const state = { history: { length: 0 }, settings: { steps: 200 }, run: { queuePosition: 3, queueSeconds: 40 } };
  assert.match(wordsOf(state, { run: null }), /^Waiting for its turn: place 3, about 40/);
  const run = { queuePosition: null, queueSeconds: null };
  assert.equal(wordsOf({ ...state, run }, { run: null }), 'Starting…');
  assert.equal(
    wordsOf({ ...state, run, history: { length: 57 } }, { run: { at: [56, 57], course: [0.3, 0.34] } }),
    'Training: step 57 of 200, right on 34 % lately.',
  );
});
