import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arranged } from '../../../../static/js/figure/lab/arranged.js';
import { panelsOf } from '../../../../static/js/figure/lab/panels.js';
import { grid, pair } from './figures.js';

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test('panels are found with their titles, from left to right', () => {
  const panels = panelsOf(pair());
  assert.deepEqual(
    panels.map(({ title, traces }) => [title, traces.length]),
    [
      ['One block deleted', 2],
      ['Several', 1],
    ],
  );
  assert.equal(panelsOf({ data: [{ type: 'pie', domain: { x: [0, 1] } }], layout: {} }), null);
});

test('a wide page has the panels beside each other, a narrow one below', () => {
  const wide = arranged(pair(), 1000).layout;
  assert.deepEqual(wide.yaxis.domain, [0, 1]);
  assert.ok(wide.xaxis2.domain[0] > wide.xaxis.domain[1]);
  const narrow = arranged(pair(), 360).layout;
  assert.deepEqual(narrow.xaxis.domain, [0, 1]);
  assert.deepEqual(narrow.xaxis2.domain, [0, 1]);
  assert.ok(narrow.yaxis.domain[0] > narrow.yaxis2.domain[1], 'the first is above');
  assert.ok(narrow.height > 1.7 * wide.height);
});

test('a title stands over its panel in every width, and a level in its panel', () => {
  for (const width of [360, 700, 1400]) {
    const { layout } = arranged(pair(), width);
    layout.annotations.forEach(({ x, y }, i) => {
      near(x, layout[i ? 'xaxis2' : 'xaxis'].domain[0]);
      near(y, layout[i ? 'yaxis2' : 'yaxis'].domain[1]);
    });
    assert.deepEqual(layout.shapes, pair().layout.shapes);
  }
});

test('a long title has as many lines as it needs, and the room for them', () => {
  const figure = pair();
  const short = arranged(figure, 360).layout;
  figure.layout.annotations[1].text = 'Several deleted: at random (line), least influential (diamond)';
  const { annotations, height, margin } = arranged(figure, 360).layout;
  assert.equal(annotations[1].text, '<b>Several deleted: at random (line),<br>least influential (diamond)</b>');
  assert.ok(height > short.height && margin.t > short.margin.t);
  assert.ok(!arranged(figure, 1200).layout.annotations[1].text.includes('<br>'));
});

test('a text elsewhere on the paper goes with the panel next to it', () => {
  const figure = pair();
  figure.layout.annotations.push({ text: 'chance', x: 1, y: 0.5, xref: 'paper', yref: 'paper' });
  const { layout } = arranged(figure, 360);
  near(layout.annotations[2].x, 1);
  const [low, high] = layout.yaxis2.domain;
  near(layout.annotations[2].y, (low + high) / 2);
});

test('three panels leave no hole: a row of fewer has wider ones', () => {
  const three = () => {
    const { data, layout } = pair();
    return {
      data: [...data, { type: 'scatter', x: [1], y: [2], xaxis: 'x3', yaxis: 'y3' }],
      layout: {
        ...layout,
        xaxis: { domain: [0, 0.3] },
        xaxis2: { domain: [0.35, 0.65] },
        xaxis3: { domain: [0.7, 1] },
        yaxis3: { domain: [0, 1] },
      },
    };
  };
  for (const [width, rows] of [
    [360, 3],
    [700, 2],
    [1000, 1],
  ]) {
    const { layout } = arranged(three(), width);
    const tops = new Set(['yaxis', 'yaxis2', 'yaxis3'].map((name) => layout[name].domain[1].toFixed(6)));
    assert.equal(tops.size, rows);
    near(layout.xaxis3.domain[1], 1);
    assert.equal(layout.xaxis3.domain[0], rows > 1 ? 0 : layout.xaxis3.domain[0]);
  }
});

test('a figure without axes that it names is as it comes, at the page’s width', () => {
  const { layout, data } = arranged(grid(), 500);
  assert.equal(layout.width, 500);
  assert.deepEqual(layout.xaxis.domain, [0, 1]);
  assert.deepEqual(data, grid().data);
  assert.ok(layout.height > 300 && layout.height < 520, 'a map is about as high as wide');
});

test('a scale of colours stands beside its panel', () => {
  const { data, layout } = pair();
  const maps = data.map((one) => ({ ...one, colorbar: { x: one.xaxis === 'x2' ? 1.02 : 0.46 } }));
  const moved = arranged({ data: maps, layout }, 360);
  near(moved.data[0].colorbar.x, moved.layout.xaxis.domain[1] + 0.01);
  near(moved.data[2].colorbar.y, (moved.layout.yaxis2.domain[0] + moved.layout.yaxis2.domain[1]) / 2);
});
