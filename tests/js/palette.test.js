import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { luminance } from '../../static/js/diagram/styles.js';
import { PALETTES } from '../../static/js/palette.js';

const css = readFileSync(new URL('../../static/css/base.css', import.meta.url), 'utf8');

test('the style sheet and the figures have the same colours', () => {
  for (const name of Object.keys(PALETTES.light)) {
    const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\);`).exec(css);
    assert.deepEqual(found?.slice(1, 3), [PALETTES.light[name], PALETTES.dark[name]], name);
  }
});

test('text can be read on paper and panel, in either theme', () => {
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const palette of Object.values(PALETTES)) {
    for (const ink of ['ink', 'soft', 'identity', 'residual', 'plain']) {
      for (const ground of ['paper', 'panel']) assert.ok(contrast(palette[ink], palette[ground]) >= 4.5, `${palette[ink]} on ${palette[ground]}`);
    }
  }
});
