import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCover, union } from '../../../static/js/figure/cover.js';

/** A history with rows of these logs. @param {number[][]} rows @param {symbol} [generation] */
const historyOf = (rows, generation = Symbol.for('one')) =>
  /** @type {import('../../../static/js/figure/history.js').History} */ (
    /** @type {unknown} */ ({
      length: rows.length,
      generation,
      variants: [{ width: { gradient_rms: rows[0].length }, data: { gradient_rms: Float32Array.from(rows.flat()) } }],
    })
  );
const DECAYS = [
  [-1.5, -2.5],
  [-3.5, -4.5],
  [-6.5, -7.5],
];

test('a run that decays is covered from its first step to its last, all at once or step by step', () => {
  const [at_once, by_step] = [createCover(), createCover()];
  assert.deepEqual(at_once(['run'], historyOf(DECAYS), 0, 'gradient_rms'), [-8, -1]);
  const ranges = [1, 2, 3].map((n) => by_step(['run'], historyOf(DECAYS.slice(0, n)), 0, 'gradient_rms'));
  assert.deepEqual(ranges, [
    [-3, -1],
    [-5, -1],
    [-8, -1],
  ]);
});

test('a step of which nothing is finite, an outlier in a step, and thinned rows change nothing', () => {
  const cover = createCover();
  const many = Array.from({ length: 40 }, () => -1.5);
  const rows = [many, [...many.slice(1), 30], many.map(() => NaN)];
  assert.deepEqual(cover(['run'], historyOf(rows), 0, 'gradient_rms'), [-2, -1]);
  assert.deepEqual(cover(['run'], historyOf(rows.slice(2), Symbol('thinned')), 0, 'gradient_rms'), [-2, -1]);
  assert.equal(createCover()(['run'], historyOf([[NaN]]), 0, 'gradient_rms'), null);
});

test('another run begins anew, unless the scale is locked', () => {
  const cover = createCover();
  cover(['run'], historyOf(DECAYS), 0, 'gradient_rms');
  const other = historyOf([[-0.5]], Symbol('other'));
  assert.deepEqual(cover(['other'], other, 0, 'gradient_rms', true), [-8, -1]);
  assert.deepEqual(cover(['other'], other, 0, 'gradient_rms'), [-1, 0]);
});

test('networks on one scale have the range that holds all of theirs', () => {
  assert.deepEqual(union([[-3, -1], null, [-8, -6]]), [-8, -1]);
  assert.equal(union([null]), null);
});
