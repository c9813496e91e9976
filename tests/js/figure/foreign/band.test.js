import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { endsOf, follow, isAlert, ratioOf, tellAlert } from '../../../../static/js/figure/foreign/band.js';

const CASES = JSON.parse(readFileSync(new URL('../../../golden/band.json', import.meta.url)).toString());

test('the page judges a ratio as the list of runs does', () => {
  for (const { band, points, left } of CASES) {
    const now = points.reduce((before, [step, ratio]) => follow(before, step, Number(ratio ?? NaN), band), null);
    assert.deepEqual(now === null ? null : { since: now.since, is_alert: isAlert(now, band) }, left);
  }
});

test('without a band there is no alert', () => {
  assert.equal(follow(null, 5, 1e9, null), null);
  assert.equal(isAlert(null, null), false);
  assert.equal(tellAlert({ since: 1, step: 9, ratio: 1e9 }, null), '');
});

test('the alert says ratio, band and the step at which it began', () => {
  const band = { low: 0.1, high: 10, steps: 100 };
  assert.equal(tellAlert({ since: 4060, step: 4159, ratio: 0.031 }, band), '');
  assert.equal(
    tellAlert({ since: 4060, step: 4180, ratio: 0.031 }, band),
    'The gradient at the first place is 0.031 times that at the last. It left the band 0.1 to 10 at step 4060, 120 steps ago.',
  );
  assert.match(tellAlert({ since: 0, step: 100, ratio: Infinity }, band), /not a finite multiple of that at the last/);
});

test('the ends are junctions where these are taps', () => {
  assert.deepEqual(endsOf({ taps: ['conv', 'a', 'b', 'fc'], blocks: ['a', 'b'] }), [1, 2]);
  assert.deepEqual(endsOf({ taps: ['conv', 'fc'], blocks: ['a'] }), [0, 1]);
  assert.equal(endsOf({ taps: [], blocks: [] }), null);
  assert.equal(ratioOf(Float64Array.of(1, 2, 4), [0, 2]), 0.25);
  assert.equal(ratioOf(Float64Array.of(1, 0), [0, 1]), NaN);
  assert.equal(ratioOf(Float64Array.of(1), null), NaN);
});
