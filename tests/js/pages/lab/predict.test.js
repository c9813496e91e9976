import assert from 'node:assert/strict';
import { test } from 'node:test';
import { questionsOf } from '../../../../static/js/pages/lab/predict.js';

test('a result asks for what it names, and one without questions asks for nothing', () => {
  const predict = { fold: 'Can one convolution do the same?', paths: 'What is missing?' };
  assert.deepEqual(questionsOf({ predict, sentences: [] }), [
    ['fold', 'Can one convolution do the same?'],
    ['paths', 'What is missing?'],
  ]);
  assert.deepEqual(questionsOf(null), []);
  assert.deepEqual(questionsOf(undefined), []);
  assert.deepEqual(questionsOf({ sentences: ['a'] }), []);
});
