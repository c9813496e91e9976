import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf, sentencesOf } from '../../../../static/js/pages/lab/result.js';

const result = {
  sentences: ['a'],
  variants: [{ label: 'ResNet-20' }, { label: 'ResNet-20, no norm' }, { label: 'plain-20' }],
};

test('a sentence on one network has its letter, and one on two has none', () => {
  assert.deepEqual(networkOf('ResNet-20: paths through 1 to 6', result), { index: 0, label: 'ResNet-20' });
  assert.deepEqual(networkOf('ResNet-20, no norm has 2 % error.', result), { index: 1, label: 'ResNet-20, no norm' });
  assert.deepEqual(networkOf('ResNet-20 and plain-20 are alike.', result), { index: -1, label: '' });
  assert.deepEqual(networkOf('Fully connected, plain: after 8 layers', result), {
    index: -1,
    label: 'Fully connected, plain:',
  });
  assert.deepEqual(networkOf('ResNet-200 is none of them.', result), { index: -1, label: '' });
});

test('a result without sentences says nothing', () => {
  assert.deepEqual(sentencesOf(null), []);
  assert.deepEqual(sentencesOf({ squares: [1] }), []);
  assert.deepEqual(sentencesOf(result), ['a']);
});
