import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ago, sparkline, titleOf } from '../../../../static/js/pages/runs/rundigest.js';

const SIZE = { width: 100, height: 20 };

test('small lines share one scale of whole decades', () => {
  const lines = sparkline(
    [
      [1, 10],
      [1e-3, 2e-3],
    ],
    SIZE,
  );
  assert.deepEqual([lines?.low, lines?.high], [-3, 1]);
  assert.deepEqual(lines?.paths, ['M0.0,5.0L100.0,0.0', 'M0.0,20.0L100.0,18.5']);
});

test('what was not measured, and zero, leave a gap and never a point', () => {
  assert.deepEqual(sparkline([[1, null, 0, 1]], SIZE)?.paths, ['M0.0,20.0M100.0,20.0']);
  assert.equal(sparkline([[null, 0], []], SIZE), null);
});

test('one step is a level line', () => assert.deepEqual(sparkline([[1]], SIZE)?.paths, ['M0.0,20.0h100']));

test('a run has its name, else its networks, else their number', () => {
  const run = { name: '', digest: null, request: { variants: [{}, {}] } };
  assert.equal(titleOf(run), '2 networks, not begun');
  assert.equal(titleOf({ ...run, digest: { variants: [{ label: 'a' }, { label: 'b' }] } }), 'a beside b');
  assert.equal(titleOf({ ...run, name: '<b>' }), '<b>');
});

test('ages are in words', () =>
  assert.deepEqual(
    [5, 65, 7200, 2e5].map((past) => ago(0, past)),
    ['just now', '1 min ago', '2 h ago', '2 days ago'],
  ));
