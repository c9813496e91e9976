import assert from 'node:assert/strict';
import { test } from 'node:test';
import { themed } from '../../../../static/js/figure/lab/themed.js';
import { lookOf } from '../../../../static/js/figure/networks.js';
import { PALETTES } from '../../../../static/js/figure/palette.js';
import { pair } from './figures.js';

test('a figure has the colours of the theme, and nothing else is another', () => {
  const light = pair();
  assert.equal(themed(light, 'light'), light);
  const dark = themed(light, 'dark');
  assert.equal(dark.layout.paper_bgcolor, PALETTES.dark.paper);
  assert.equal(dark.layout.font.color, PALETTES.dark.ink);
  assert.equal(dark.data[0].line.color, lookOf('A', 'dark').color);
  assert.equal(dark.data[2].line.color, lookOf('B', 'dark').color);
  const without = ({ data, layout: { paper_bgcolor: _paper, font: _font, ...layout } }) => ({
    data: data.map(({ line: _line, ...one }) => one),
    layout,
  });
  assert.deepEqual(without(dark), without(light));
  assert.deepEqual(light, pair(), 'the figure that was given stays');
});

test('colours that are not the page’s stay', () => {
  assert.deepEqual(themed({ colorscale: 'Viridis', color: '#123456', at: null }, 'dark'), {
    colorscale: 'Viridis',
    color: '#123456',
    at: null,
  });
});
