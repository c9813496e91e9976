import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeValues, emptyColumns } from '../../../static/js/figure/values.js';

const NAMES = { taps: ['relu', 'layer1.0', 'layer1.1'], weights: ['conv1', 'layer1.0.conv1'], blocks: ['layer1.0', 'layer1.1'] };

/** @param {Record<string, (number|null)[]>} changed */
const wire = (changed = {}) => ({
  activation_rms: [1, 0, 2], gradient_rms: [1e-9, 2, 3], zero_fraction: [0.5, null, 0.25], nonfinite: [0, 0, 0], weight_gradient_norm: [1, 2], update_ratio: [0.1, null],
  residual_rms: [1, 2], identity_rms: [3, null], residual_gradient_norm: [4, 5], identity_gradient_norm: [6, null], ...changed,
});

test('a zero stays an exact zero, and what does not apply is not measured', () => {
  const columns = decodeValues(wire(), NAMES, [true, false]);
  assert.deepEqual([...columns.activation_rms], [1, 0, 2]);
  assert.deepEqual([...columns.identity_rms], [3, NaN]);
  assert.deepEqual([...columns.zero_fraction], [0.5, NaN, 0.25]);
  assert.deepEqual([...columns.update_ratio], [0.1, NaN]);
});

test('null where elements were not finite is not finite, and only there', () => {
  const columns = decodeValues(wire({ activation_rms: [1, null, null], nonfinite: [0, 7, 0] }), NAMES, [true, false]);
  assert.deepEqual([...columns.activation_rms], [1, Infinity, NaN]);
  assert.deepEqual([...columns.zero_fraction], [0.5, NaN, 0.25], 'a share of zeros is finite: null is no activation');
});

test('a path that is cut is not measured, even where others are not finite', () => {
  const lost = { nonfinite: [0, 7, 0], identity_rms: [null, null], residual_rms: [null, 1], weight_gradient_norm: [null, 1], update_ratio: [null, null] };
  const columns = decodeValues(wire(lost), NAMES, [true, false]);
  assert.deepEqual([...columns.identity_rms], [Infinity, NaN]);
  assert.deepEqual([...columns.residual_rms], [Infinity, 1]);
  assert.deepEqual([...columns.weight_gradient_norm], [Infinity, 1]);
  assert.deepEqual([...columns.update_ratio], [NaN, NaN]);
});

test('a dropped block has no numbers of F, even where others are not finite', () => {
  const names = { ...NAMES, weights: ['layer1.0.conv1', 'layer1.0.downsample.0', 'layer1.1.conv1', 'layer1.1.gate.conv'] };
  const none = [null, null];
  const lost = {
    nonfinite: [7, null, 0], weight_gradient_norm: [null, null, null, null], update_ratio: [null, null, null, null], residual_rms: none, identity_rms: none,
    residual_gradient_norm: none, identity_gradient_norm: none,
  };
  const columns = decodeValues(wire(lost), names, [true, false], ['layer1.0']);
  assert.deepEqual([...columns.residual_rms], [NaN, Infinity]);
  assert.deepEqual([...columns.residual_gradient_norm], [NaN, Infinity]);
  assert.deepEqual([...columns.identity_rms], [Infinity, NaN], 'its shortcut was executed');
  assert.deepEqual([...columns.weight_gradient_norm], [NaN, Infinity, Infinity, NaN], "F's weights; the shortcut's where it is cut");
});

test('a column that is not sent was not measured', () => {
  const { activation_rms: left, ...rest } = wire();
  assert.equal(left.length, 3);
  assert.deepEqual([...decodeValues(rest, NAMES, [true, false]).activation_rms], [NaN, NaN, NaN]);
  assert.deepEqual(Object.values(emptyColumns(NAMES)).map(({ length }) => length), [3, 3, 3, 3, 2, 2, 2, 2, 2, 2]);
});
