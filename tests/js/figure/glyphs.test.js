// Marks of a line, and the few words that explain those it has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glyphsOf, keysOf } from '../../../static/js/figure/glyphs.js';

const RANGE = [-6, 0];

test('a change is marked at its number, or at the low edge under a gap; without a line nowhere', () => {
  const kinds = (y, changed) => glyphsOf({ y, changed }, RANGE).map(({ i, value, kind }) => [i, value, kind]);
  assert.deepEqual(kinds([-1, NaN, -2], [0, 1]), [
    [0, -1, 'changed'],
    [1, -6, 'changed'],
  ]);
  assert.deepEqual(kinds(Array(27).fill(NaN), [...Array(27).keys()]), [], 'no row of marks on the axis');
});

test('the marks that a chart has are explained, and no others', () => {
  assert.deepEqual(keysOf([{ y: [-1, -2] }], RANGE), []);
  assert.deepEqual(keysOf([{ y: [-1, -Infinity] }, { y: [-1, -2], changed: [1] }], RANGE), [
    '△ changed in the run',
    '○ exactly 0',
  ]);
  assert.deepEqual(keysOf([{ y: [Infinity, -2] }], RANGE), ['× not finite']);
});
