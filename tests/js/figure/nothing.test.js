// In the place of a chart that has no line: why there is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNothing } from '../../../static/js/figure/nothing.js';

const WORDS = { many: 'gradients', missing: 'not measured' };
const why = (...y) => whyNothing({ label: 'plain-56', y }, WORDS);

test('a network with a number has a line, whatever the others are', () => {
  assert.equal(why(NaN, -Infinity, -3), null);
});

test('what no line can show is counted and said in words', () => {
  assert.equal(why(...Array(27).fill(-Infinity)), 'plain-56: all 27 gradients are exactly 0.');
  assert.equal(why(NaN, Infinity, Infinity), 'plain-56: all 2 gradients are not finite.');
  assert.equal(why(-Infinity, Infinity, -Infinity), 'plain-56: of 3 gradients 2 are exactly 0 and 1 not finite.');
  assert.equal(why(-Infinity), 'plain-56: the only one of its gradients is exactly 0.');
  assert.equal(why(NaN, NaN), 'plain-56: not measured.');
  assert.equal(why(), 'plain-56: not measured.');
});
