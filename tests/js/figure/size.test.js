import assert from 'node:assert/strict';
import test from 'node:test';
import { tellSize } from '../../../static/js/figure/size.js';

test('a size has the unit that people use for files', () => {
  assert.equal(tellSize(1), '1 kB');
  assert.equal(tellSize(12_345), '13 kB');
  assert.equal(tellSize(3_440_000), '3.4 MB');
});
