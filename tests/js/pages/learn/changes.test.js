import assert from 'node:assert/strict';
import test from 'node:test';
import { chosenOf, tellChanges, tellCount } from '../../../../static/js/pages/learn/changes.js';

const setting = (text, fields = {}, training = {}) => ({ text, fields, training });
const CONTROLS = [
  { label: 'Skips', kind: 'list', usual: 0, settings: [setting('none'), setting('all', { skips: true })] },
  { label: 'Activation', kind: 'list', usual: 1, settings: [setting('tanh', { activation: 'tanh' }), setting('ReLU')] },
  {
    label: 'Optimiser',
    kind: 'list',
    usual: 0,
    settings: [setting('SGD'), setting('Adam', {}, { optimizer: 'adam' })],
  },
];

test('only what differs from the start is a change', () => {
  assert.deepEqual(chosenOf(CONTROLS, [0, 1, 0]), { changes: {}, fields: {}, training: {} });
  assert.deepEqual(chosenOf(CONTROLS, [1, 0, 1]), {
    changes: { Skips: 'all', Activation: 'tanh', Optimiser: 'Adam' },
    fields: { skips: true, activation: 'tanh' },
    training: { optimizer: 'adam' },
  });
});

test('the changes are counted, and one too many is said in words', () => {
  assert.match(tellCount({}, 2), /^No change yet.*At most 2/);
  assert.equal(tellCount({ Skips: 'all' }, 2), '1 change of at most 2: Skips all.');
  assert.equal(
    tellCount({ Skips: 'all', Activation: 'tanh' }, 2),
    '2 changes of at most 2: Skips all, Activation tanh.',
  );
  assert.equal(
    tellCount({ Skips: 'all', Activation: 'tanh', Optimiser: 'Adam' }, 2),
    '3 changes, and at most 2 are allowed: put 1 back to train it.',
  );
  assert.equal(tellChanges({}), 'the start, unchanged');
});
