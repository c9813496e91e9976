import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockAt, rowsOf } from '../../../static/js/figure/taprows.js';
import { SUMMARIES } from '../golden.js';

const TAPS = ['relu', 'layer1.1.relu1', 'layer1.1', 'layer1.10.relu1', 'layer1.10', 'fc'];
const BLOCKS = ['layer1.1', 'layer1.10'];

test("a block's rows are its own, not those of one whose name begins alike", () => {
  assert.deepEqual(rowsOf(TAPS, 'layer1.1'), [1, 3]);
  assert.deepEqual(rowsOf(TAPS, 'layer1.10'), [3, 5]);
  assert.equal(rowsOf(TAPS, 'layer2.0'), null);
  assert.deepEqual(
    TAPS.map((_, row) => blockAt(TAPS, BLOCKS, row)),
    [null, 'layer1.1', 'layer1.1', 'layer1.10', 'layer1.10', null],
  );
  assert.equal(blockAt(TAPS, BLOCKS, 6), null);
});

test('rows and blocks answer each other in every network', () => {
  for (const summary of Object.values(SUMMARIES)) {
    const taps = summary.graph.taps.map(({ name }) => name);
    const blocks = summary.graph.blocks.map(({ name }) => name);
    for (const block of blocks) {
      const rows = rowsOf(taps, block);
      assert.ok(rows, block);
      for (let row = rows[0]; row < rows[1]; row += 1) assert.equal(blockAt(taps, blocks, row), block);
    }
  }
});
