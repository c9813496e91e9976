import assert from 'node:assert/strict';
import { test } from 'node:test';
import { luminanceOf } from '../../../static/js/view/hosttheme.js';

test('a background is light or dark, or too transparent to tell', () => {
  assert.ok(luminanceOf('rgb(255, 255, 255)') > 0.99);
  assert.ok(luminanceOf('rgb(17, 17, 17)') < 0.1);
  assert.ok(luminanceOf('rgba(24, 28, 26, 0.9)') < 0.2);
  assert.equal(luminanceOf('rgba(0, 0, 0, 0)'), null);
  assert.equal(luminanceOf('transparent'), null);
});
