import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dotsOf, neighbour } from '../../../../static/js/figure/room/dots.js';

/** @param {number} depth @param {number|null} ratio @param {object} [more] */
const network = (depth, ratio, more = {}) => ({
  address: '/',
  label: 'net',
  depth,
  norm: 'none',
  skips: false,
  ratio,
  profile: [],
  ...more,
});

test('depth lies to the right and a small ratio below; norm and skips are symbol and fill', () => {
  const { dots, depths } = dotsOf([
    { seat: 1, name: 'Ada', network: network(20, 1e-4) },
    { seat: 2, name: 'Bert', network: network(56, 1e-12, { norm: 'batch', skips: true }) },
  ]);
  assert.ok(dots[1].x > dots[0].x && dots[1].y > dots[0].y);
  assert.deepEqual(
    dots.map(({ symbol, filled }) => [symbol, filled]),
    [
      ['circle', false],
      ['square', true],
    ],
  );
  assert.deepEqual(
    depths.map(({ name }) => name),
    ['20', '56'],
  );
  for (const { x, y } of dots) assert.ok(x > 0 && x < 1 && y > 0 && y < 1);
});

test('300 on one spot stand apart, and one without a ratio is not drawn', () => {
  const many = Array.from({ length: 300 }, (_, seat) => ({ seat, name: '', network: network(56, 1e-12) }));
  const { dots } = dotsOf([...many, { seat: 999, name: '', network: network(56, null) }]);
  assert.equal(dots.length, 300);
  assert.equal(new Set(dots.map(({ x, y }) => `${x.toFixed(6)} ${y.toFixed(6)}`)).size, 300);
});

test('a few on one spot stand beside each other at the height that was measured, and a crowd says how many it is', () => {
  const some = (/** @type {number} */ count) =>
    dotsOf(Array.from({ length: count }, (_, seat) => ({ seat, name: '', network: network(56, 1e-12) })));
  const few = some(7);
  assert.equal(new Set(few.dots.map(({ y }) => y)).size, 1);
  const across = few.dots.map(({ x }) => x).sort((one, other) => one - other);
  assert.ok(
    across.slice(1).every((x, i) => x - across[i] > 0.02),
    String(across),
  );
  assert.deepEqual(few.crowds, []);
  assert.deepEqual(
    some(300).crowds.map(({ count }) => count),
    [300],
  );
});

test('arrow keys lead through all dots in the order of depth, and up and down in a column', () => {
  const { dots } = dotsOf([
    { seat: 3, name: '', network: network(56, 1e-12) },
    { seat: 1, name: '', network: network(20, 1e-4) },
    { seat: 2, name: '', network: network(56, 1e-2) },
  ]);
  const way = [1];
  for (let next = neighbour(dots, 1, 'ArrowRight'); next; next = neighbour(dots, next.seat, 'ArrowRight'))
    way.push(next.seat);
  assert.deepEqual(way, [1, 2, 3]);
  assert.equal(neighbour(dots, 3, 'ArrowUp')?.seat, 2);
  assert.equal(neighbour(dots, 3, 'ArrowDown'), null);
  assert.equal(neighbour(dots, 2, 'ArrowDown')?.seat, 3);
  assert.equal(neighbour(dots, 3, 'Home')?.seat, 1);
  assert.equal(neighbour(dots, 1, 'Enter'), null);
});
