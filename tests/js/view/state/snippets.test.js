import assert from 'node:assert/strict';
import { test } from 'node:test';

import { curlOf, pythonOf, requestOf } from '../../../../static/js/view/state/snippets.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { probeOf, SUMMARIES } from '../../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const { settings } = initialState();
const start = reduce(initialState(), {
  type: 'first',
  summaries,
  descriptions: [
    { preset: 'plain20', norm: 'none' },
    { preset: 'resnet20', norm: 'none' },
  ],
  probe: summaries.map((one) => probeOf(one)),
  settings,
  presets: [],
  datasets: [],
});
const cut = reduce(start, { type: 'skips', variant: 1, skips: [false, ...Array(8).fill(true)], label: '' });

test('the request states differences, and the skips where they are not the usual ones', () => {
  const { path, body } = requestOf(start);
  assert.equal(path, '/api/probe');
  assert.deepEqual(body.variants, [
    { preset: 'plain20', norm: 'none' },
    { preset: 'resnet20', norm: 'none' },
  ]);
  assert.deepEqual(requestOf(cut).body.variants[1], {
    preset: 'resnet20',
    norm: 'none',
    skips: [false, ...Array(8).fill(true)],
  });
});

test('a run is shared as a run, with all its settings', () => {
  const run = reduce(start, { type: 'run/opened', id: 'a', state: 'running' });
  const { path, body } = requestOf(run);
  assert.equal(path, '/api/runs');
  assert.equal(body.lr, 0.005);
  assert.ok(pythonOf(run).includes('training = train(request)\nfor record in training:'));
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

test('weakened shortcuts of a run are told before its first step', () => {
  const strength = [0.5, ...Array(8).fill(1)];
  const run = [
    { type: 'strength', variant: 1, strength, label: '' },
    { type: 'run/opened', id: 'a', state: 'running' },
  ].reduce(reduce, start);
  const [first, weak, go, ...rest] = curlOf(run, 'http://h').split(/\n(?=curl)/);
  assert.match(first, /^run=\$\(curl http:\/\/h\/api\/runs .*"state": "paused"/s);
  const body = JSON.stringify({ variant: 1, strength });
  assert.equal(weak, `curl -X PATCH http://h/api/runs/$run -H 'Content-Type: application/json' -d '${body}'`);
  assert.ok(go.endsWith(`-d '{"state":"running"}'`));
  assert.equal(rest.length, 0);
  assert.ok(pythonOf(run).includes('training.set_strength(1, dict(zip(training.variants[1].net.blocks, [0.5, 1, '));
});
