import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arc, path, point, rect, snake } from '../../../static/js/figure/path.js';

/** The points of a path in page coordinates: ends and control points. */
const pointsOf = ({ d }) => d.match(/-?[\d.]+,-?[\d.]+/g).map((pair) => pair.split(',').map(Number));
const close = (value, wanted, within = 0.05) => assert.ok(Math.abs(value - wanted) <= within, `${value} for ${wanted}`);

test('rows run to the right, columns down: the same drawing, mirrored', () => {
  assert.deepEqual(point('right', 1.23456, 2), [1.23, 2]);
  assert.deepEqual(point('down', 1.23456, 2), [2, 1.23]);
  assert.deepEqual(rect('right', 1, 2, 30, 4), { x: 1, y: 2, w: 30, h: 4 });
  assert.deepEqual(rect('down', 1, 2, 30, 4), { x: 2, y: 1, w: 4, h: 30 });
  const drawn = ['right', 'down'].map((flow) => arc(flow, 10, 90, 50, -20, 4, { along: 8, across: 8 }));
  assert.deepEqual(
    pointsOf(drawn[1]),
    pointsOf(drawn[0]).map(([x, y]) => [y, x]),
  );
  assert.equal(drawn[0].length, drawn[1].length);
});

test('a length is that of the line on the page', () => {
  assert.equal(
    path('right', [
      ['M', 10, 10],
      ['L', 13, 14],
      ['L', 13, 24],
    ]).length,
    15,
    'the way to the start is not part of it',
  );
  assert.equal(
    path('right', [
      ['M', 0, 0],
      ['C', 10, 0, 20, 0, 30, 0],
    ]).length,
    30,
  );
  const r = 100;
  const k = 0.4477 * r; // of the control points, from the corner
  close(
    path('right', [
      ['M', 0, 0],
      ['C', r - k, 0, r, k, r, r],
    ]).length,
    (Math.PI / 2) * r,
    0.1,
  );
  assert.equal(path('right', []).d, '');
});

test("an arc leaves the trunk, reaches out on its side and stops at the junction's rim", () => {
  for (const reach of [-20, 20]) {
    const drawn = arc('right', 10, 90, 50, reach, 4, { along: 8, across: 8 });
    const points = pointsOf(drawn);
    assert.deepEqual(points[0], [10, 50]);
    assert.deepEqual(points.at(-1), [90, 50 + Math.sign(reach) * 4]);
    const sides = points.map(([, v]) => v - 50);
    assert.equal(Math.max(...sides.map(Math.abs)), 20);
    assert.ok(sides.every((side) => side === 0 || Math.sign(side) === Math.sign(reach)));
    assert.ok(points.every(([u]) => u >= 10 && u <= 90));
    const quarters = (Math.PI / 2) * 8 * 2;
    close(drawn.length, 12 + quarters + (80 - 16) + (20 - 8 - 4), 0.2);
  }
});

test('a short or a flat arc has corners that fit', () => {
  const short = pointsOf(arc('right', 10, 16, 50, -20, 4, { along: 8, across: 8 }));
  assert.ok(
    short.every(([u]) => u >= 10 && u <= 16),
    short.join(' '),
  );
  const flat = pointsOf(arc('right', 10, 90, 50, -6, 4, { along: 8, across: 8 }));
  assert.ok(
    flat.every(([, v]) => v >= 44 && v <= 50),
    flat.join(' '),
  );
});

test('the way between two rows goes out, through the gap and back in, and never turns round on itself', () => {
  const points = pointsOf(snake('right', [300, 40], [20, 140], { out: 312, gap: 90, back: 8 }));
  assert.deepEqual(
    [points[0], points.at(-1)],
    [
      [300, 40],
      [20, 140],
    ],
  );
  assert.ok(points.every(([u, v]) => u >= 8 && u <= 312 && v >= 40 && v <= 140));
  const heights = points.map(([, v]) => v);
  assert.deepEqual(
    heights,
    heights.toSorted((a, b) => a - b),
    'downwards all the way',
  );
  const tight = pointsOf(snake('right', [300, 40], [20, 44], { out: 302, gap: 42, back: 18 }));
  assert.ok(
    tight.every(([u, v]) => u >= 18 && u <= 302 && v >= 40 && v <= 44),
    tight.join(' '),
  );
});
