import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortened, stagesOf } from '../../../../static/js/figure/foreign/stages.js';

const told = (names, isChain) => stagesOf(names, isChain).map(({ name, from, count }) => [name, from, count]);

test('names that begin alike are a stage; numbers of blocks, additions and calls do not part it', () => {
  assert.deepEqual(told(['layer1.0', 'layer1.1', 'layer2.0']), [
    ['layer1', 0, 2],
    ['layer2', 2, 1],
  ]);
  assert.deepEqual(told(['blocks.0', 'blocks.0.2', 'blocks.1', 'blocks.1:2']), [['blocks', 0, 4]]);
  assert.deepEqual(told(['stages.0.blocks.0', 'stages.1.blocks.0']), [
    ['stages.0.blocks', 0, 1],
    ['stages.1.blocks', 1, 1],
  ]);
});

test('names without a number, and of numbers alone, are one stage, called the network', () => {
  assert.deepEqual(told(['inc', 'down', 'UNet']), [['network', 0, 3]]);
  assert.deepEqual(told(['2', '3', '4']), [['network', 0, 3]]);
  // two additions of the network's own forward pass, and a second call of a module
  assert.deepEqual(told(['inc', 'UNet', 'up', 'UNet.2', 'up:2']), [['network', 0, 5]]);
  // a module that has blocks is a stage, also if another place has its name
  assert.deepEqual(told(['blocks.0', 'blocks.1', 'norm']), [
    ['blocks', 0, 2],
    ['network', 2, 1],
  ]);
});

test('leaves are of the stage before their first number', () => {
  assert.deepEqual(told(['conv1', 'layer1.0.conv1', 'layer1.0.downsample.0', 'layer1.1.conv1', 'fc'], true), [
    ['network', 0, 1],
    ['layer1', 1, 3],
    ['network (2)', 4, 1],
  ]);
});

test('a stage that comes again has another name, and too many are one', () => {
  assert.deepEqual(
    told(['a.0', 'b.0', 'a.1']).map(([name]) => name),
    ['a', 'b', 'a (2)'],
  );
  assert.deepEqual(told(['a.0', 'b.0', 'c.0', 'd.0', 'e.0', 'f.0', 'g.0']), [['network', 0, 7]]);
});

test('two thousand places are strips that can be told apart, named by their places', () => {
  const stages = stagesOf(Array.from({ length: 2000 }, (_, i) => `features.${i}`));
  assert.equal(stages.length, 10);
  assert.deepEqual(new Set(stages.map(({ count }) => count)), new Set([200]));
  assert.deepEqual(stages.at(-1), { name: '1801–2000', prefix: 'features', from: 1800, count: 200 });
});

test('a long name keeps its end', () => {
  assert.equal(shortened('encoder.layers', 6), '…ayers');
  assert.equal(shortened('fc', 6), 'fc');
});
