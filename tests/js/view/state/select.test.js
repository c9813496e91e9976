import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whenChanged } from '../../../../static/js/view/state/select.js';

test('a view acts on what it reads, and on nothing else', () => {
  const acted = [];
  const update = whenChanged(
    ({ a, b }) => [a, b],
    ({ a }) => acted.push(a),
  );
  assert.deepEqual(
    [
      { a: 1, b: NaN, c: 1 },
      { a: 1, b: NaN, c: 2 },
      { a: 2, b: NaN, c: 2 },
    ].map(update),
    [true, false, true],
  );
  assert.deepEqual(acted, [1, 2]);
});

test('a part that is gone or new is a change', () => {
  const update = whenChanged(
    ({ list }) => list,
    () => {},
  );
  assert.deepEqual(
    [[], [1], [1], [1, 2], [1]].map((list) => update({ list })),
    [true, true, false, true, true],
  );
});

test('a state can be taken as seen, and the next one acted on in any case', () => {
  const update = whenChanged(
    ({ a }) => [a],
    () => {},
  );
  update.note({ a: 1 });
  assert.equal(update({ a: 1 }), false);
  update.again();
  assert.equal(update({ a: 1 }), true);
});
