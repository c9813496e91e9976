import assert from 'node:assert/strict';
import test from 'node:test';
import { readNumber } from '../../../../static/js/figure/lesson/numbers.js';
import { runOf } from '../../../../static/js/figure/lesson/runs.js';
import { rootOf, textOf } from '../../../../static/js/figure/lesson/scene.js';
import { trainingScene } from '../../../../static/js/figure/lesson/training.js';

const recorded = (accuracy, every = 5) => ({
  steps: accuracy.map((_, i) => i),
  accuracy,
  test: accuracy.map((one, i) => ((i + 1) % every === 0 ? one - 0.1 : null)),
});

test('the error at a test is the mean since the test before', () => {
  const run = runOf(recorded([0, 0, 0, 0, 1, 1, 1, 1, 1, 0.5]));
  assert.deepEqual(run.steps, [5, 10]);
  assert.deepEqual(run.error, [0.8, 0.1]);
  assert.deepEqual(run.test, [0.1, 0.6]);
  assert.equal(run.lately, null, 'there are fewer than 20 batches');
});

test('the latest accuracy is that of the last 20 batches', () => {
  const run = runOf(recorded([...Array(30).fill(0), ...Array(20).fill(0.75)]));
  assert.equal(run.lately, 0.75);
  const reading = { label: 'net', blocks: [], run };
  assert.equal(readNumber('accuracy', [reading]), 0.75);
  assert.ok(Math.abs(readNumber('test_accuracy', [reading]) - 0.65) < 1e-9);
  assert.ok(Number.isNaN(readNumber('accuracy', [{ ...reading, run: null }])));
});

test('each training has a line of its batches and one of what was held out, and hides what is covered', () => {
  const readings = ['plain-56', 'plain-20'].map((label, i) => ({
    label,
    run: runOf(recorded(Array(25).fill(i === 0 ? 0.2 : 0.9))),
  }));
  const scene = trainingScene({ readings, width: 760, height: 460 });
  const text = textOf(rootOf(scene));
  assert.match(scene.label, /plain-56: wrong at the end on 80 % of its batches, 90 % held out/);
  assert.equal(text.match(/class="curve net-0 held"/g)?.length, 1);
  assert.match(text, /plain-20: 10 %, 20 %/);
  const covered = textOf(rootOf(trainingScene({ readings, covered: true, width: 340, height: 300 })));
  assert.doesNotMatch(covered, /curve|80 %, /);
});

test('a training under way stands before a recorded one, in the axes of the whole', () => {
  const whole = (share, length) => [{ label: 'plain-56', run: runOf(recorded(Array(length).fill(share))) }];
  const drawn = (shown) => textOf(rootOf(trainingScene({ width: 760, height: 300, ...shown })));
  const begun = drawn({ readings: whole(0.4, 5), recorded: whole(0.2, 50) });
  assert.equal(begun.match(/<circle[^>]*class="dot net-0/g).length, 2, 'one test so far is a dot, not nothing');
  assert.equal(begun.match(/<path[^>]*class="curve net-0[^"]* faint"/g).length, 2);
  assert.match(begun, /faint: recorded/);
  assert.match(begun, />40<\/text>/, 'the axis is that of the whole');
  const both = whole(0.2, 50);
  assert.doesNotMatch(drawn({ readings: both, recorded: both }), /faint/);
});
