import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleOf } from '../../../../static/js/pages/lab/address.js';
import { curlOf, pythonOf, wishOf } from '../../../../static/js/pages/lab/request.js';
import { PATHS, SQUARES, variantsOf } from './lab.js';

const { nets, settings } = exampleOf(PATHS);
const wish = wishOf({ kind: PATHS, variants: variantsOf(nets), settings, run: null });

test('a request says what is other than usual, and no more', () => {
  assert.deepEqual(wish, { kind: 'paths', variants: nets, lr: 0.02, steps: 150 });
  const own = wishOf({ kind: SQUARES, variants: [], settings: { num_squares: 9, rates: [0.1] }, run: null });
  assert.deepEqual(own, { kind: 'squares', num_squares: 9 });
});

test('skips that are cut are in the request', () => {
  const [one] = variantsOf([{ preset: 'resnet20' }]);
  const cut = { ...one, skips: one.skips.map((_, b) => b !== 2) };
  const [{ preset, skips }] = wishOf({ kind: PATHS, variants: [cut], settings, run: null }).variants;
  assert.equal(preset, 'resnet20');
  assert.deepEqual(skips, cut.skips);
});

test('curl sends exactly the request, whatever quotes it has', () => {
  const text = curlOf({ ...wish, note: "it's" }, 'http://host');
  const [, data] = /^curl http:\/\/host\/api\/experiments -H 'Content-Type: application\/json' -d '(.*)'$/s.exec(text);
  assert.deepEqual(JSON.parse(data.replaceAll("'\\''", "'")), { ...wish, note: "it's" });
});

test('Python calls the function of the kind with the same fields', () => {
  const text = pythonOf(wish, PATHS);
  assert.match(text, /^from skipscope\.experiments import paths\n/);
  assert.ok(text.includes('        {"preset": "plain20"},\n    ],\n'));
  assert.ok(text.includes('    steps=150,'));
  assert.match(pythonOf({ kind: 'squares' }, SQUARES), /^# .*curl/);
});

test('of a run the request has its id and the experiment’s own fields alone', () => {
  const asked = {
    kind: PATHS,
    variants: variantsOf(nets),
    settings: { ...settings, samples: 3 },
    run: 'r1',
    of: 'run',
  };
  assert.deepEqual(wishOf(asked), { kind: 'paths', run: 'r1', samples: 3 });
  assert.match(pythonOf(wishOf(asked), PATHS), /^# .*curl/);
});
