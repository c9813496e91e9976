import assert from 'node:assert/strict';
import test from 'node:test';
import { sizeIn } from '../../../../static/js/pages/learn/picture.js';

const PROFILE = { show: 'profile' };

test('on a page a figure has the width of its place', () => {
  assert.deepEqual(sizeIn(PROFILE, { wide: 760, high: 999, filled: false }, false), { width: 760, height: 460 });
});

test('on a projector it fills its place, and is enlarged with its type', () => {
  for (const [wide, high] of [
    [1400, 640],
    [990, 520],
    [1850, 800],
    [350, 500],
  ]) {
    const { width, height } = sizeIn(PROFILE, { wide, high, filled: true }, false);
    assert.ok(Math.abs(width / height - wide / high) < 1e-9, 'nothing is empty beside it');
    assert.ok(width >= 340 - 1e-9 && width <= wide);
  }
  assert.ok(1400 / sizeIn(PROFILE, { wide: 1400, high: 640, filled: true }, false).width > 1.8);
});
