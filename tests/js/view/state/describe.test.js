import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed } from '../../../../static/js/view/state/describe.js';

test('widths that are stated follow depths, and skips of other blocks are forgotten', () => {
  const whole = { block: 'basic', depths: [3, 3, 3], widths: [16, 32, 64], skips: [true, false] };
  assert.deepEqual(changed(whole, { depths: [3, 3, 3, 3] }), {
    block: 'basic',
    depths: [3, 3, 3, 3],
    widths: [16, 32, 64, 128],
  });
  assert.deepEqual(changed(whole, { depths: [3, 3] }).widths, [16, 32]);
  assert.deepEqual(changed({ ...whole, widths: [8192] }, { depths: [1, 1] }).widths, [8192, 8192]);
  assert.deepEqual(changed({ preset: 'resnet20', skips: false }, { depths: [1, 1] }), {
    preset: 'resnet20',
    skips: false,
    depths: [1, 1],
  });
  assert.deepEqual(changed(whole, { depths: [1, 1], widths: [8, 8] }).widths, [8, 8], 'what is given stays');
  assert.deepEqual(changed(whole, { norm: 'none' }).skips, [true, false]);
});
