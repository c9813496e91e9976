import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areAbove, placesOf, roomFor } from '../../../../static/js/view/charts/labels.js';

const named = (...labels) => labels.map((label) => ({ label, color: '#000', dash: 'solid' }));

test('short names stand beside their lines, in a chart that is wide enough', () => {
  assert.equal(areAbove(named('plain-56', 'ResNet-56'), 245), false);
  assert.equal(areAbove(named('plain-56', 'ResNet-56'), 200), true);
  assert.equal(roomFor(named('ResNet-56'), 530).above, 0);
});

test('names that have no room beside stand above, each whole and in a place of its own', () => {
  const series = named('ResNet-56 (1)', 'ResNet-56 (2)');
  assert.equal(areAbove(series, 245), true);
  assert.ok(roomFor(series, 245).above > 0);
  const area = { left: 46, top: 40, width: 180, height: 80 };
  const places = placesOf(series, [10, 12], area, 245);
  assert.equal(new Set(places.map(({ x, y }) => `${x},${y}`)).size, 2);
  assert.deepEqual(placesOf(series, [10, null], area, 245)[1], null, 'a line without a number has no name');
});
