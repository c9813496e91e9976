import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formOf, placesOf, roomFor } from '../../../../static/js/view/charts/labels.js';

const named = (...labels) => labels.map((label) => ({ label, color: '#000', dash: 'solid' }));

test('short names stand beside their lines, in a chart that is wide enough', () => {
  assert.equal(formOf(named('plain-56', 'ResNet-56'), 245), 'beside');
  assert.equal(formOf(named('plain-56', 'ResNet-56'), 200), 'above');
  assert.equal(roomFor(named('ResNet-56'), 530).above, 0);
});

test('names that have no room beside stand above, each whole and in a place of its own', () => {
  const series = named('ResNet-56 (1)', 'ResNet-56 (2)');
  assert.equal(formOf(series, 245), 'above');
  assert.ok(roomFor(series, 245).above > 0);
  const area = { left: 46, top: 40, width: 180, height: 80 };
  const places = placesOf(series, [10, 12], area, 245);
  assert.equal(new Set(places.map(({ x, y }) => `${x},${y}`)).size, 2);
  assert.deepEqual(placesOf(series, [10, null], area, 245)[1], null, 'a line without a number has no name');
});

test('networks are named by their letters at the ends of their lines where names have no room', () => {
  const lettered = named('ResNet-56', 'ResNet-56, fork at step 22').map((one, i) => ({ ...one, letter: 'AB'[i] }));
  assert.equal(formOf(lettered, 660), 'beside');
  assert.equal(formOf(lettered, 300), 'letters');
  assert.deepEqual(roomFor(lettered, 300), { right: 26, above: 0 });
  const area = { left: 46, top: 8, width: 220, height: 80 };
  const [a, b] = placesOf(lettered, [40, 41], area, 300);
  assert.ok(Math.abs(a.y - b.y) >= 14, 'no letter lies over another');
  assert.ok(a.x >= area.left + area.width && a.x + 14 <= 300);
  assert.equal(formOf([...lettered, ...named('theory')], 300), 'above', 'a line without a letter is named');
});
