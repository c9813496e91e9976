import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apartOf } from '../../../../static/js/pages/runs/apart.js';

const runs = [
  { id: 'a', created: 0 },
  { id: 'b', created: 61 },
];

test('runs go by the names that the source makes', () => {
  assert.deepEqual(apartOf(runs, { a: 'lr 0.005', b: 'lr 0.02' }), ['lr 0.005', 'lr 0.02']);
});

test('runs that differ in nothing, and namesakes, are told apart by their time', () => {
  for (const name of ['', 'first']) {
    const [one, other] = apartOf(runs, { a: name, b: name });
    assert.notEqual(one, other);
    assert.match(one, /\d\d/);
    assert.ok(one.startsWith(name));
  }
});

test('nothing is said before the source has', () => assert.deepEqual(apartOf(runs, {}), ['', '']));
