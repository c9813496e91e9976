/** @file Which part of plotly.js a figure needs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partOf } from '../../../../static/js/pages/lab/plot.js';

test('a figure needs the smallest part that draws all its traces', () => {
  /** @param {string[]} types */
  const of = (...types) => partOf({ data: types.map((type) => ({ type })), layout: {} });
  assert.equal(of('scatter', 'bar'), 'basic');
  assert.equal(of('scatter', 'heatmap'), 'whole');
  assert.equal(of('contour', 'surface'), 'space');
});
