import assert from 'node:assert/strict';
import test from 'node:test';
import { nearest, stepFrom } from '../../../../static/js/pages/learn/layerlist.js';

/** Two columns, each with two networks of two layers. */
const LAYERS = ['0', '1'].flatMap((net, n) =>
  [0, 200].flatMap((column) => [10, 40].map((y) => ({ net, x: column + 50 * n, y }))),
);
const at = (net, x, y) => LAYERS.findIndex((one) => one.net === net && one.x === x && one.y === y);

test('up and down lead along one network, from column to column', () => {
  let here = at('0', 0, 10);
  const passed = [here];
  for (let i = 0; i < 3; i += 1) {
    here = stepFrom(LAYERS, here, 'ArrowDown');
    passed.push(here);
  }
  assert.deepEqual(passed, [at('0', 0, 10), at('0', 0, 40), at('0', 200, 10), at('0', 200, 40)]);
  assert.equal(stepFrom(LAYERS, here, 'ArrowDown'), here, 'the end');
  assert.equal(stepFrom(LAYERS, here, 'ArrowUp'), at('0', 200, 10));
  assert.equal(stepFrom(LAYERS, here, 'Home'), at('0', 0, 10));
  assert.equal(stepFrom(LAYERS, at('1', 50, 10), 'End'), at('1', 250, 40));
});

test('left and right lead to what stands beside, in the other network or column', () => {
  assert.equal(stepFrom(LAYERS, at('0', 0, 40), 'ArrowRight'), at('1', 50, 40));
  assert.equal(stepFrom(LAYERS, at('1', 50, 40), 'ArrowRight'), at('0', 200, 40));
  assert.equal(stepFrom(LAYERS, at('1', 250, 10), 'ArrowRight'), at('1', 250, 10), 'nothing is beside it');
  assert.equal(stepFrom(LAYERS, at('0', 200, 10), 'ArrowLeft'), at('1', 50, 10));
  assert.equal(stepFrom(LAYERS, 0, 'Tab'), null);
});

test('a tap finds the nearest layer within reach', () => {
  assert.equal(nearest(LAYERS, 4, 14, 24), at('0', 0, 10));
  assert.equal(nearest(LAYERS, 120, 14, 24), -1);
});
