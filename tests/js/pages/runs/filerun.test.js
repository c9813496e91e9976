import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isInFile, runOfFile } from '../../../../static/js/pages/runs/filerun.js';
import { readRunFile } from '../../../../static/js/sources/runfile.js';

const golden = readFileSync(new URL('../../../golden/outside.skipscope', import.meta.url));

test('a file is a run that can be compared, and on no server', () => {
  const run = runOfFile('mine.skipscope', readRunFile(Uint8Array.from(golden).buffer));
  assert.equal(isInFile(run.id), true);
  assert.equal(isInFile('5b2f0e8c1d6a4f37'), false);
  assert.deepEqual([run.name, run.recorded, run.outside?.label, run.request], ['<b>', 3, 'Net', null]);
  assert.deepEqual(run.digest?.steps, [0, 1, 7]);
  assert.deepEqual(run.digest?.variants[0].loss, [2.5, 'nan', null]);
  // its only block is no tap: the first and the last tap are the ends
  assert.deepEqual(run.digest?.variants[0].gradient_ratio, [1, null, 1]);
});

test('a file without a step is refused in words', () => {
  const head = golden.subarray(0, golden.indexOf(10) + 1);
  assert.throws(
    () => runOfFile('empty.skipscope', readRunFile(Uint8Array.from(head).buffer)),
    /holds no recorded step/,
  );
});
