import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arranged } from '../../../../static/js/figure/lab/arranged.js';
import { legendOf } from '../../../../static/js/figure/lab/legend.js';

const TITLES = ['x', 'F(x)', 'sum', 'gradient', 'Grad-CAM'];

/** Maps as Python draws them: five columns, of which the second has nothing in the first row. */
function maps(rows = 3) {
  const [data, layout] = [[], { annotations: [] }];
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < 5; c += 1) {
      const number = r * 5 + c + 1;
      const name = number === 1 ? '' : String(number);
      const axis = { showticklabels: false };
      layout[`xaxis${name}`] = { ...axis, domain: [c * 0.2, c * 0.2 + 0.18] };
      layout[`yaxis${name}`] = {
        ...axis,
        domain: [1 - (r + 0.9) / rows, 1 - r / rows],
        ...(c === 0 ? { title: { text: `row ${r}` } } : {}),
      };
      if (r === 0) layout.annotations.push({ text: TITLES[c], x: c * 0.2 + 0.09, y: 1, xref: 'paper', yref: 'paper' });
      if (r > 0 || c !== 1)
        data.push({ type: 'heatmap', z: [[1]], name: `row ${r}`, xaxis: `x${name}`, yaxis: `y${name}` });
    }
  return { data, layout };
}

const topOf = (layout, number) => layout[`yaxis${number}`].domain[1];
const leftOf = (layout, number) => layout[`xaxis${number}`].domain[0];

test('a wide page has every row in one line, each column below its title, whatever is missing', () => {
  const { layout } = arranged(maps(), 1000);
  assert.equal(topOf(layout, ''), topOf(layout, 5));
  assert.ok(topOf(layout, 6) < layout.yaxis.domain[0]);
  for (const column of [3, 4, 5]) assert.equal(leftOf(layout, column), leftOf(layout, column + 5));
  assert.deepEqual(
    layout.annotations.slice(3).map(({ text }) => text),
    TITLES.map((text) => `<b>${text}</b>`),
  );
  assert.deepEqual(
    layout.annotations.slice(0, 3).map(({ text, x, textangle }) => [text, x, textangle]),
    [0, 1, 2].map((row) => [`row ${row}`, 0, -90]),
  );
  assert.equal(layout.yaxis6.title.text, '');
  assert.ok(layout.height < 600, 'pictures are small');
});

test('a narrow page breaks each row by itself, and names every picture', () => {
  const { layout } = arranged(maps(), 345);
  assert.ok(topOf(layout, 5) < topOf(layout, ''), 'the row goes on below itself');
  assert.ok(layout.yaxis5.domain[0] > topOf(layout, 6), 'and the next row comes after it');
  assert.equal(layout.annotations.length, maps().data.length + 3);
  for (const name of Object.keys(layout).filter((one) => /^[xy]axis/.test(one))) {
    const [low, high] = layout[name].domain;
    assert.ok(low >= 0 && high <= 1 && low < high, `${name}: ${low} to ${high}`);
  }
});

test('colours of a picture are no names, and marks without a line are drawn as marks', () => {
  assert.deepEqual(legendOf(maps()), []);
  const paper = { name: 'He et al.', mode: 'markers', marker: { color: '#111111', symbol: 'circle-open' } };
  assert.equal(legendOf({ data: [paper], layout: {} })[0].dots, 'open');
  assert.equal(legendOf({ data: [{ name: 'a', mode: 'lines+markers' }], layout: {} })[0].dots, null);
});

test('a series that has a line in one panel is a line in the legend', () => {
  const dots = { name: 'A net', mode: 'markers', marker: { color: '#111111' } };
  const line = { name: 'A net', mode: 'lines', line: { color: '#111111' }, showlegend: false };
  assert.equal(legendOf({ data: [dots, line], layout: {} })[0].dots, null);
  assert.equal(legendOf({ data: [dots], layout: {} })[0].dots, 'filled');
});

test('a title that is wider than its picture loses the words after its comma', () => {
  const figure = maps();
  figure.layout.annotations[0].text = 'x, by the shortcut';
  const first = (width) => arranged(figure, width).layout.annotations.find(({ text }) => text.startsWith('<b>x')).text;
  assert.equal(first(345), '<b>x</b>');
  assert.equal(first(1000), '<b>x, by the shortcut</b>');
});
