import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branchRatio, decodeValues, emptyColumns, numberOf } from '../../../static/js/figure/values.js';

const NAMES = {
  taps: ['relu', 'layer1.0', 'layer1.1'],
  weights: ['conv1', 'layer1.0.conv1'],
  blocks: ['layer1.0', 'layer1.1'],
};

/** @param {Record<string, (number|string|null)[]>} changed */
const wire = (changed = {}) => ({
  activation_rms: [1, 0, 2],
  gradient_rms: [1e-9, 2, 3],
  zero_fraction: [0.5, null, 0.25],
  nonfinite: [0, 0, 0],
  dead_units: [0, null, 1],
  weight_gradient_norm: [1, 2],
  update_ratio: [0.1, null],
  residual_rms: [1, 2],
  identity_rms: [3, null],
  residual_gradient_norm: [4, 5],
  identity_gradient_norm: [6, null],
  descent_cosine: [-0.5, null],
  successive_cosine: [0.25, null],
  ...changed,
});

test('a zero stays an exact zero, and what does not apply is not measured', () => {
  const columns = decodeValues(wire(), NAMES);
  assert.deepEqual([...columns.activation_rms], [1, 0, 2]);
  assert.deepEqual([...columns.identity_rms], [3, NaN]);
  assert.deepEqual([...columns.zero_fraction], [0.5, NaN, 0.25]);
  assert.deepEqual([...columns.update_ratio], [0.1, NaN]);
  assert.deepEqual([...columns.descent_cosine], [-0.5, NaN]);
});

test('a word is not finite, whichever it is, and whatever stands beside it', () => {
  const columns = decodeValues(
    wire({ activation_rms: ['inf', 'nan', '-inf'], identity_rms: ['nan', null], update_ratio: [null, 'inf'] }),
    NAMES,
  );
  assert.deepEqual([...columns.activation_rms], [Infinity, Infinity, Infinity]);
  assert.deepEqual([...columns.identity_rms], [Infinity, NaN]);
  assert.deepEqual([...columns.update_ratio], [NaN, Infinity]);
  assert.deepEqual([numberOf('nan'), numberOf(null), numberOf(0)], [Infinity, NaN, 0]);
});

test('a column that is not sent was not measured', () => {
  const { activation_rms: left, ...rest } = wire();
  assert.equal(left.length, 3);
  assert.deepEqual([...decodeValues(rest, NAMES).activation_rms], [NaN, NaN, NaN]);
  assert.deepEqual(
    Object.values(emptyColumns(NAMES)).map(({ length }) => length),
    [3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2],
  );
});

test('a ratio that is not finite is no missing one: a network with skips that has diverged has its shortcuts', () => {
  const ratios = (f, x) => {
    const columns = decodeValues(wire({ residual_rms: [f, 1], identity_rms: [x, 1] }), NAMES);
    return branchRatio(columns, 0);
  };
  assert.equal(ratios(1, 4), 0.25);
  assert.equal(ratios(0, 4), 0);
  for (const [f, x] of [
    ['nan', 'nan'],
    ['inf', 'inf'],
    [1, 'inf'],
    [1, 0],
  ])
    assert.equal(ratios(f, x), Infinity, `${f} over ${x}`);
  for (const [f, x] of [
    [1, null],
    [null, 1],
    ['nan', null],
    [0, 0],
  ])
    assert.equal(ratios(f, x), NaN, `${f} over ${x}`);
});
