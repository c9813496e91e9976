import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linesOf } from '../../../../static/js/pages/runs/comparedlines.js';

/** @param {string[]} labels @param {any[]} skips @returns {any} */
function run(labels, skips) {
  const column = [1, null];
  return {
    id: 'a',
    name: 'a',
    created: 0,
    request: { variants: skips.map((one) => ({ skips: one })) },
    digest: {
      steps: [0, 5],
      variants: labels.map((label) => ({ label, loss: column, accuracy: column, gradient_ratio: column })),
    },
  };
}

test('no two lines of a comparison are drawn alike, not even those of a fork', () => {
  const fork = run(['ResNet-20 (1)', 'ResNet-20 (2)', 'ResNet-20 (3)', 'ResNet-20 (4)'], [true, true, true, true]);
  const lines = linesOf([fork, fork, fork, fork], {});
  assert.equal(lines.length, 16);
  assert.equal(new Set(lines.map(({ dash }) => dash)).size, 16);
  assert.equal(new Set(lines.map(({ label }) => label)).size, 16, 'and each has a label of its own');
});

test('a run has a colour in a comparison, a network where there is one run; what is not known is NaN', () => {
  const pair = run(['plain-20', 'ResNet-20'], [false, [false, true]]);
  const lines = linesOf([pair], {});
  assert.deepEqual(
    lines.map(({ letter, label }) => [letter, label]),
    [
      ['A', 'plain-20'],
      ['B', 'ResNet-20'],
    ],
  );
  assert.deepEqual(lines[0].loss, [1, NaN]);
  assert.equal(
    linesOf([pair, pair], {})
      .map(({ letter }) => letter)
      .join(''),
    'AABB',
  );
});

test('a run that has not begun has no line', () =>
  assert.deepEqual(linesOf([{ ...run([], []), digest: null }], {}), []));

test('a run is called by the name that the source gives it beside others', () => {
  const named = linesOf([run(['ResNet-20'], [true]), { ...run(['ResNet-20'], [true]), id: 'b' }], {
    a: 'lr 0.1',
    b: 'lr 0.02',
  });
  assert.deepEqual(
    named.map(({ label }) => label),
    ['1: ResNet-20, lr 0.1', '2: ResNet-20, lr 0.02'],
  );
});

test('a run of a file goes by its own name, or else the file’s, and so does the one run beside it', () => {
  const [own, file] = [run(['ResNet-20'], [true]), { ...run(['Net'], []), id: 'file:mine.parquet', request: null }];
  const labels = (/** @type {any[]} */ runs) => linesOf(runs, {}).map(({ label }) => label);
  assert.deepEqual(labels([own, { ...file, name: 'mine.parquet' }]), ['1: ResNet-20, a', '2: Net, mine.parquet']);
  assert.deepEqual(labels([own, own]), ['1: ResNet-20', '2: ResNet-20']);
});
