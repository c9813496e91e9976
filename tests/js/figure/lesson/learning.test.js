import assert from 'node:assert/strict';
import test from 'node:test';
import { learningScene } from '../../../../static/js/figure/lesson/learning.js';
import { runOf } from '../../../../static/js/figure/lesson/runs.js';
import { rootOf, textOf } from '../../../../static/js/figure/lesson/scene.js';
import { percent } from '../../../../static/js/figure/lesson/shares.js';

const reading = (label, accuracy) => ({
  label,
  run: runOf({ steps: accuracy.map((_, i) => i), accuracy, test: accuracy.map(() => null) }),
});
const size = { width: 760, height: 460 };
const drawn = (shown) => textOf(rootOf(learningScene({ ...size, ...shown })));

test('the course is the accuracy on the last 20 batches', () => {
  const { at, course, lately } = runOf({
    steps: Array.from({ length: 40 }, (_, i) => i),
    accuracy: [...Array(20).fill(0), ...Array(20).fill(1)],
    test: Array(40).fill(null),
  });
  assert.deepEqual([at[0], at.at(-1), course.length], [1, 40, 40]);
  assert.deepEqual([course[19], course[29], course[39], lately], [0, 0.5, 1, 1]);
});

test('a long course has as many points as a curve needs, and its end', () => {
  const steps = Array.from({ length: 1234 }, (_, i) => i);
  const { at } = runOf({ steps, accuracy: steps.map(() => 0.5), test: steps.map(() => null) });
  assert.ok(at.length <= 101);
  assert.equal(at.at(-1), 1234);
});

test('earlier trainings lie behind the present one, with the share that is asked', () => {
  const readings = [reading('Skips all', Array(50).fill(0.99))];
  const before = [reading('Activation tanh', Array(200).fill(0.1))];
  const text = drawn({ readings, before, goal: 0.9 });
  assert.match(text, /learnt: 90 %/);
  assert.match(text, /Skips all: 99 %/);
  assert.match(text, /tried before/);
  assert.equal(text.match(/<path[^>]*class="curve before"/g).length, 1);
  assert.ok(text.indexOf('curve before') < text.indexOf('curve net-0'));
  assert.match(learningScene({ ...size, readings }).label, /Skips all: right on 99 % of its last 20 batches/);
});

test('a training that has only begun stands in the axis of the whole, with its name beside no curve', () => {
  const recorded = [reading('plain-56', Array(200).fill(0.1)), reading('ResNet-56', Array(200).fill(0.99))];
  const readings = [reading('plain-56', Array(30).fill(0.1)), reading('ResNet-56', Array(30).fill(0.5))];
  assert.match(drawn({ readings, recorded }), />200</);
  assert.doesNotMatch(drawn({ readings }), />200</);
  const long = 'Normalisation BatchNorm, Initialisation delta-orthogonal';
  for (const width of [320, 760]) {
    const scene = learningScene({ width, height: 300, readings: [reading(long, Array(50).fill(0.99))] });
    const name = scene.in.find(({ in: [text] }) => String(text).endsWith(': 99 %'));
    assert.ok(name.at.x + 7.4 * name.in[0].length < width);
    assert.ok(name.at.x > (width < 480 ? 46 : 200));
  }
});

test('a covered figure and one that has only begun show no number', () => {
  const readings = [reading('a', Array(50).fill(0.99))];
  assert.doesNotMatch(drawn({ readings, covered: true }), /99 %|class="curve/);
  const begun = learningScene({ ...size, readings: [reading('a', [0.5])] });
  assert.match(begun.label, /a: fewer than 20 batches so far/);
  assert.doesNotMatch(textOf(rootOf(begun)), /NaN/);
  assert.match(textOf(rootOf(learningScene({ ...size, readings: [{ label: 'a', run: null }] }))), /a: —/);
  assert.equal(percent(null), '—');
});
