import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LETTERS, lookOf } from '../../../static/js/figure/networks.js';
import { PALETTES } from '../../../static/js/figure/palette.js';
import { colorTable, rampColor } from '../../../static/js/figure/scale.js';
import { luminance } from '../../../static/js/figure/styles.js';

const THEMES = ['light', 'dark'];
const css = readFileSync(new URL('../../../static/css/base.css', import.meta.url), 'utf8');

test('the style sheet and the figures have the same colours', () => {
  for (const name of Object.keys(PALETTES.light)) {
    const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\);`).exec(css);
    assert.deepEqual(found?.slice(1, 3), [PALETTES.light[name], PALETTES.dark[name]], name);
  }
  for (const letter of LETTERS) {
    const found = new RegExp(`--network-${letter.toLowerCase()}: light-dark\\((#\\w{6}), (#\\w{6})\\);`).exec(css);
    assert.deepEqual(
      found?.slice(1, 3),
      THEMES.map((theme) => lookOf(letter, theme).color),
      letter,
    );
  }
});

test('text can be read on paper and panel, in either theme', () => {
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const palette of Object.values(PALETTES)) {
    const theme = palette === PALETTES.light ? 'light' : 'dark';
    const paths = ['ink', 'soft', 'identity', 'residual', 'plain'].map((ink) => palette[ink]);
    for (const ink of [...paths, ...LETTERS.map((letter) => lookOf(letter, theme).color)]) {
      for (const ground of ['paper', 'panel'])
        assert.ok(contrast(ink, palette[ground]) >= 4.5, `${ink} on ${palette[ground]}`);
    }
  }
});

/** Who sees no red, no green, no blue, at full severity, on linear RGB (Machado, Oliveira and Fernandes 2009). */
const SIGHTS = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no blue': [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE L*a*b* of a colour as it is seen. */
function seen(hex, sight) {
  const linear = [1, 3, 5]
    .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const [r, g, b] = SIGHTS[sight].map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, weight, i) => sum + weight * linear[i], 0),
      ),
    ),
  );
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
  ].map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The least distance of a network's colour from the paths': they never share a picture, and a letter is beside it. */
const FROM_PATHS = { all: 25, 'no red': 13, 'no green': 13, 'no blue': 10 };

const distance = (a, b, sight) => Math.hypot(...seen(a, sight).map((part, i) => part - seen(b, sight)[i]));

for (const sight of Object.keys(SIGHTS)) {
  test(`the paths' colours are told apart by who sees ${sight === 'all' ? 'all colours' : sight}`, () => {
    for (const theme of THEMES) {
      const { identity, residual, plain } = PALETTES[theme];
      for (const [a, b] of [
        [identity, residual],
        [identity, plain],
        [residual, plain],
      ])
        assert.ok(distance(a, b, sight) >= 25, `${theme}: ${a} and ${b}: ${distance(a, b, sight)}`);
      for (const share of [0.5, 0.75, 1]) {
        const [a, b, c] = ['identity', 'residual', 'plain'].map((hue) => rampColor(hue, share, theme));
        for (const [one, other] of [
          [a, b],
          [a, c],
          [b, c],
        ])
          assert.ok(
            distance(one, other, sight) >= 20,
            `${theme}: ${one} and ${other} at ${share}: ${distance(one, other, sight)}`,
          );
      }
    }
  });

  test(`networks are told apart, and from the paths, by who sees ${sight === 'all' ? 'all colours' : sight}`, () => {
    for (const theme of THEMES) {
      const { identity, residual } = PALETTES[theme];
      const colors = LETTERS.map((letter) => lookOf(letter, theme).color);
      colors.forEach((one, i) => {
        for (const other of colors.slice(i + 1))
          assert.ok(distance(one, other, sight) >= 25, `${theme}: ${one} and ${other}: ${distance(one, other, sight)}`);
        for (const path of [identity, residual])
          assert.ok(
            distance(one, path, sight) >= FROM_PATHS[sight],
            `${theme}: ${one} and ${path}: ${distance(one, path, sight)}`,
          );
      });
    }
  });

  const eyes = sight === 'all' ? 'all colours' : sight;
  test(`what is no number has a colour that no ramp of the heatmap has, to who sees ${eyes}`, () => {
    for (const theme of THEMES) {
      const table = colorTable('A', theme);
      const [zero, lost] = [256, 257].map(
        (i) => `#${[0, 1, 2].map((c) => table[4 * i + c].toString(16).padStart(2, '0')).join('')}`,
      );
      assert.ok(distance(zero, lost, sight) >= 25, `${theme}: ${zero} and ${lost}`);
      for (const hue of LETTERS) {
        for (let share = 0; share <= 1; share += 0.125) {
          for (const code of [zero, lost])
            assert.ok(
              distance(code, rampColor(hue, share, theme), sight) >= 18,
              `${theme}: ${code} and ${hue} at ${share}: ${distance(code, rampColor(hue, share, theme), sight)}`,
            );
        }
      }
    }
  });
}

test('networks differ without colour', () => {
  assert.equal(new Set(LETTERS.map((letter) => lookOf(letter, 'light').dash)).size, LETTERS.length);
});
