import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memo } from '../../../static/js/figure/memo.js';

test('the same arguments are computed once, others anew', () => {
  let computed = 0;
  const sum = memo(({ a }, b) => {
    computed += 1;
    return a + b;
  });
  const [one, two] = [{ a: 1 }, { a: 1 }];
  assert.deepEqual([sum(one, 1), sum(one, 1), sum(two, 1), sum(one, 2), sum(two, 1)], [2, 2, 2, 3, 2]);
  assert.equal(computed, 3);
});
