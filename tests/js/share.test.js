import assert from 'node:assert/strict';
import { test } from 'node:test';

import { curlOf, pythonOf, requestOf } from '../../static/js/share.js';
import { initialState, reduce } from '../../static/js/state.js';
import { probeOf, SUMMARIES } from './golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const { settings } = initialState();
const start = reduce(initialState(), { type: 'first', summaries, descriptions: [{ preset: 'plain20', norm: 'none' }, { preset: 'resnet20', norm: 'none' }], probe: summaries.map((one) => probeOf(one)), settings, presets: [], datasets: [] });
const cut = reduce(start, { type: 'skips', variant: 1, skips: [false, ...Array(8).fill(true)], label: '' });

test('the request states differences, and the skips where they are not the usual ones', () => {
  const { path, body } = requestOf(start);
  assert.equal(path, '/api/probe');
  assert.deepEqual(body.variants, [{ preset: 'plain20', norm: 'none' }, { preset: 'resnet20', norm: 'none' }]);
  assert.deepEqual(requestOf(cut).body.variants[1], { preset: 'resnet20', norm: 'none', skips: [false, ...Array(8).fill(true)] });
});

test('a run is shared as a run, with all its settings', () => {
  const run = reduce(start, { type: 'run/opened', id: 'a', state: 'running' });
  const { path, body } = requestOf(run);
  assert.equal(path, '/api/runs');
  assert.equal(body.lr, 0.005);
  assert.ok(pythonOf(run).includes('for record in train(request):'));
});

test('curl gets JSON that no shell reads otherwise', () => {
  const text = curlOf(reduce(start, { type: 'settings', changes: { dataset: "it's" } }), 'http://h');
  assert.ok(text.startsWith('curl http://h/api/probe '));
  assert.ok(text.includes("it'\\''s"));
});

test("Python's constants are Python's", () => {
  const text = pythonOf(cut);
  assert.ok(text.includes('"skips": [False, True,'));
  assert.ok(text.includes('image_size=None,'));
  assert.ok(!/\b(null|true|false)\b/.test(text));
});
