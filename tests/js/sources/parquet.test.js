import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readParquet } from '../../../static/js/sources/parquet.js';
import { readRunFile } from '../../../static/js/sources/runfile.js';

const golden = (/** @type {string} */ name) => readFileSync(new URL(`../../golden/${name}`, import.meta.url));
const whole = golden('outside.parquet');
/** @param {Uint8Array} bytes */
const bufferOf = (bytes) => Uint8Array.from(bytes).buffer;

test('the same records in Parquet and in a run’s file give the same figures', async () => {
  const [parquet, file] = [await readParquet(bufferOf(whole)), readRunFile(bufferOf(golden('outside.skipscope')))];
  const { taps, weights, blocks, kinds, junctions } = parquet.schema.variants[0];
  assert.deepEqual({ label: 'Net', taps, weights, blocks, kinds, junctions }, file.schema.variants[0]);
  const figures = (/** @type {typeof file} */ { steps }) =>
    steps.map(({ step, variants: [{ values, dropped }] }) => ({ step, values, dropped }));
  assert.deepEqual(figures(parquet), figures(file));
  assert.deepEqual(parquet.steps[2].variants[0].gradient, file.steps[2].variants[0].gradient);
});

test('a Parquet that was cut off or changed is refused in one sentence', async () => {
  for (const bytes of [whole.subarray(0, 4), whole.subarray(0, whole.length - 1), whole.subarray(0, 500)])
    await assert.rejects(readParquet(bufferOf(bytes)), /^Error: This Parquet is damaged, or not whole: [^\n]+\.$/);
  const outcomes = new Set();
  for (let at = 4; at < whole.length; at += 97) {
    const changed = Uint8Array.from(whole);
    changed[at] ^= 0xff;
    try {
      outcomes.add(typeof (await readParquet(changed.buffer)).steps.length);
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^(This Parquet|Its) [^\n]+[.\]}`]$/s, String(at));
      outcomes.add('refused');
    }
  }
  assert.deepEqual([...outcomes].sort(), ['number', 'refused']);
});

test('a Parquet of something else, or of another compression, is refused in words', async () => {
  for (const [name, words] of /** @type {const} */ ([
    ['table', /holds no records of a recorder/],
    ['zstd', /compressed with ZSTD; the page reads SNAPPY and UNCOMPRESSED/],
  ]))
    await assert.rejects(readParquet(bufferOf(golden(`${name}.parquet`))), words);
});
