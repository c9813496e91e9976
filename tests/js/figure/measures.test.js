import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLUMNS } from '../../../static/js/figure/history.js';
import { isLinear, linearRange, namesOf, UNITS } from '../../../static/js/figure/measures.js';
import { profileFigure } from '../../../static/js/figure/profilefigure.js';
import { colorIndex, colorTable, rampColor, signedColor } from '../../../static/js/figure/scale.js';

const HOW = { span: null, theme: /** @type {'light'} */ ('light'), width: 600, height: 300 };

test('every measure has its name and its names', () => {
  const names = { taps: ['a'], weights: ['b'], blocks: ['c'] };
  for (const measure of COLUMNS) {
    assert.ok(UNITS[measure], measure);
    assert.equal(namesOf(names, measure).length, 1);
  }
  assert.deepEqual(namesOf(names, 'successive_cosine'), ['c']);
});

test('cosines have the range of all cosines, shares from 0 on', () => {
  assert.deepEqual(linearRange('descent_cosine', [0.1, -0.2]), [-1, 1]);
  assert.deepEqual(linearRange('zero_fraction', [0.1, NaN, 0.2]), [0, 1]);
  assert.deepEqual(linearRange('nonfinite', [3, Infinity]), [0, 3]);
  assert.ok(isLinear('successive_cosine') && isLinear('dead_units') && !isLinear('gradient_rms'));
});

test('a profile of cosines is drawn as it is, around a line at 0', () => {
  const curve = {
    label: 'ResNet-8',
    letter: /** @type {'A'} */ ('A'),
    names: ['layer1.0', 'layer1.1', 'layer2.0'],
    numbers: [-0.5, NaN, 0.25],
  };
  const { data, layout } = profileFigure([curve], { ...HOW, measure: 'descent_cosine' });
  assert.deepEqual(data[0].y, [-0.5, null, 0.25]);
  assert.match(data[0].hovertext[0], /ResNet-8 -0\.5$/);
  assert.deepEqual(layout.yaxis.range, [-1, 1]);
  assert.equal(layout.yaxis.zeroline, true);
  assert.equal(profileFigure([curve], { ...HOW, measure: 'zero_fraction' }).layout.yaxis.zeroline, false);
});

test('colours of cosines change their hue at 0, and what is no number keeps its own', () => {
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    const table = colorTable('signed', theme);
    const at = (/** @type {number} */ value) => {
      const i = 4 * colorIndex(value, [-1, 1]);
      return `#${[...table.subarray(i, i + 3)].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    };
    assert.equal(at(1), rampColor('residual', 1, theme));
    assert.equal(at(-1), rampColor('identity', 1, theme));
    assert.notEqual(at(0.5), at(-0.5));
    assert.equal(signedColor(2, theme), signedColor(1, theme));
    assert.deepEqual([...colorTable('plain', theme).subarray(4 * 256)], [...table.subarray(4 * 256)]);
  }
});
