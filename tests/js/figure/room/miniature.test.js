import assert from 'node:assert/strict';
import { test } from 'node:test';
import { miniatureScene, miniatureText } from '../../../../static/js/figure/room/miniature.js';

const SIZE = { width: 200, height: 110 };

test('a profile rises to the last block, and a gap stays one', () => {
  const scene = miniatureScene({ profile: [1e-6, null, 1e-2, 1] }, SIZE);
  const path = scene.in.find(({ at }) => at.class === 'curve net');
  assert.equal(String(path?.at.d).match(/M/g)?.length, 2);
  const dots = scene.in.filter(({ tag }) => tag === 'circle');
  assert.equal(dots.length, 3);
  assert.ok(Number(dots[0].at.cy) > Number(dots[2].at.cy));
  for (const { at } of dots) assert.ok(Number(at.cy) >= 0 && Number(at.cy) <= SIZE.height);
});

test('it says the number that the dot stands for', () => {
  assert.equal(miniatureText([1.4e-13, 1]), 'gradient RMS at block 1: 1.4×10⁻¹³ times that at block 2');
  assert.equal(miniatureText([null, 1]), 'gradient at block 1: no finite number');
  assert.equal(miniatureText([]), 'gradient at block 1: no finite number');
});
