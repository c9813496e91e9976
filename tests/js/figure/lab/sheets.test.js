import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legendOf } from '../../../../static/js/figure/lab/legend.js';
import { csvOf, sheetsOf } from '../../../../static/js/figure/lab/sheets.js';
import { grid, pair } from './figures.js';

test('a panel is a table: a row a place, a column a series, with all that was drawn there', () => {
  const [first, second] = sheetsOf(pair());
  assert.equal(first.title, 'One block deleted: error');
  assert.equal(first.corner, 'block');
  assert.deepEqual(first.heads, ['A ResNet-20', 'A ResNet-20, each draw']);
  assert.deepEqual(first.rows, [
    { name: '1 layer1.0', cells: [[0.5], [0.4, 0.6]] },
    { name: '2 layer1.1', cells: [[0.25], []] },
    { name: '3', cells: [[], [null]] },
  ]);
  assert.deepEqual(second.rows, [{ name: '1', cells: [[0.9]] }]);
});

test('series of one name are told apart by the word of all their points', () => {
  const { data, layout } = pair();
  const named = data.slice(0, 1).map((one) => ({ ...one, hovertext: ['at random', 'at random'] }));
  assert.deepEqual(sheetsOf({ data: named, layout })[0].heads, ['A ResNet-20, at random']);
});

test('a map is a table of its rows, words where a number is not finite', () => {
  const [{ corner, heads, rows }] = sheetsOf(grid());
  assert.equal(corner, 'other layer \\ layer');
  assert.deepEqual(heads, ['a', 'b']);
  assert.deepEqual(rows, [
    { name: 'c', cells: [[1], [null]] },
    { name: 'd', cells: [[0.5], ['nan']] },
  ]);
});

test('a map whose heights are no numbers of its own shows those that it carries', () => {
  const { data, layout } = grid();
  const customdata = [
    [10, 'not measured'],
    [null, 'nan'],
  ];
  const [{ rows }] = sheetsOf({ data: data.map((one) => ({ ...one, customdata })), layout });
  assert.deepEqual(rows, [
    { name: 'c', cells: [[10], ['not measured']] },
    { name: 'd', cells: [[null], ['nan']] },
  ]);
});

test('numbers that plotly.py packed are read', () => {
  const bdata = Buffer.from(new Float64Array([0.5, 2]).buffer).toString('base64');
  const { layout } = pair();
  const [{ rows }] = sheetsOf({ data: [{ type: 'scatter', name: 'n', x: [1, 2], y: { bdata, dtype: 'f8' } }], layout });
  assert.deepEqual(
    rows.map(({ cells }) => cells[0]),
    [[0.5], [2]],
  );
  const z = {
    bdata: Buffer.from(new Float32Array([1, 2, 3, 4]).buffer).toString('base64'),
    dtype: 'f4',
    shape: '2, 2',
  };
  const [map] = sheetsOf({ data: [{ type: 'heatmap', z }], layout: {} });
  assert.deepEqual(map.rows[1].cells, [[3], [4]]);
});

test('CSV has one number a line, with panel, series and place', () => {
  const lines = csvOf(pair()).trimEnd().split('\n');
  assert.equal(lines[0], 'panel,series,at,value');
  assert.ok(lines.includes('One block deleted: error,A ResNet-20,1 layer1.0,0.5'));
  assert.ok(lines.includes('One block deleted: error,"A ResNet-20, each draw",1 layer1.0,0.6'));
  assert.equal(lines.length, 1 + 3 + 2 + 1);
});

test('the legend names each network once, by its letter', () => {
  assert.deepEqual(legendOf(pair()), [
    { letter: 'A', name: 'ResNet-20', color: '#1a2233', dash: '6px,3px', dots: null },
    { letter: 'B', name: 'plain-20', color: '#0b8077', dash: null, dots: null },
  ]);
  assert.deepEqual(legendOf({ data: [{ name: 'Apple', line: { dash: 'dot' } }], layout: {} }), [
    { letter: null, name: 'Apple', color: 'currentColor', dash: '2px,3px', dots: null },
  ]);
});
