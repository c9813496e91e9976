import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isParquet, readRunFile } from '../../../static/js/sources/runfile.js';

const golden = (/** @type {string} */ name) => readFileSync(new URL(`../../golden/${name}`, import.meta.url));
const [schema, ...steps] = golden('outside.jsonl')
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** @param {Uint8Array} bytes */
const bufferOf = (bytes) => Uint8Array.from(bytes).buffer;

test('a file reads as the events that a server sends of the same run', () => {
  const read = readRunFile(bufferOf(golden('outside.skipscope')));
  assert.deepEqual(read.schema, schema);
  assert.deepEqual(read.steps, steps);
  assert.equal(read.run.host, 'gpu-07');
});

test('a batch that was cut off is left out, and one that came twice is there once', () => {
  const whole = golden('outside.skipscope');
  assert.deepEqual(readRunFile(bufferOf(whole.subarray(0, -5))).steps, steps.slice(0, 1));
  const first = whole.indexOf(10) + 1;
  const twice = Buffer.concat([whole, whole.subarray(first)]);
  assert.deepEqual(readRunFile(bufferOf(twice)).steps, steps);
});

test('a file of something else is refused in words', () => {
  for (const text of ['', '{}', '{"file":"skipscope run 1"}\n', '{"file":"skipscope run 1","run":null}\n'])
    assert.throws(() => readRunFile(bufferOf(Buffer.from(text))), /holds no run/);
});

test('a file of Parquet is known by its beginning', () => {
  assert.deepEqual(
    ['PAR1\n', 'PAR', '{"file":"skipscope run 1"}'].map((text) => isParquet(bufferOf(Buffer.from(text)))),
    [true, false, false],
  );
});
