import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingOf } from '../../../../static/js/view/state/missing.js';

const blocks = Array.from({ length: 9 }, (_, b) => `layer${1 + Math.floor(b / 3)}.${b % 3}`);
const variants = [
  { label: 'ResNet-20', blocks },
  { label: 'ResNet-8', blocks: ['layer1.0'] },
];
const said = (search) => missingOf(search, variants);

test('blocks that there are are not spoken of', () => {
  assert.deepEqual(
    said('?net=resnet20,cut:1-3.9,strength:0.5@1-3_0@7&net=resnet8,only:1&select=0:layer3.2&brush=2-9&run=a'),
    [],
  );
  assert.deepEqual(said(''), []);
});

test('a block that a network does not have is named, with the number of those that it has', () => {
  for (const [search, words] of [
    ['?net=resnet20,cut:99', 'cut:99 in resnet20,cut:99: ResNet-20 has 9 blocks.'],
    ['?net=resnet20&net=resnet8,only:1-2', 'only:1-2 in resnet8,only:1-2: ResNet-8 has 1 block.'],
    ['?net=resnet20,cut:4-12', 'cut:4-12 in resnet20,cut:4-12: ResNet-20 has 9 blocks.'],
    ['?net=resnet20,strength:0.5@10', 'strength:0.5@10 in resnet20,strength:0.5@10: ResNet-20 has 9 blocks.'],
    ['?net=resnet20,strength:2@1', 'strength:2@1 in resnet20,strength:2@1: a strength is a number from 0 to 1.'],
    ['?net=resnet20,cut:0', 'cut:0 in resnet20,cut:0: blocks are numbers from 1, as in 3-5.7.'],
    ['?net=resnet20,cut:5-3', 'cut:5-3 in resnet20,cut:5-3: blocks are numbers from 1, as in 3-5.7.'],
    ['?net=resnet20,cut:abc', 'cut:abc in resnet20,cut:abc: blocks are numbers from 1, as in 3-5.7.'],
    ['?select=1:layer3.0', 'select=1:layer3.0: no network here has that block.'],
    ['?select=3:layer1.0', 'select=3:layer1.0: no network here has that block.'],
    ['?brush=20-40', 'brush=20-40: the deepest network has 9 blocks.'],
  ])
    assert.deepEqual(said(search), [words]);
});

test('of a run, which has its own networks, those of the address are not judged', () => {
  assert.deepEqual(missingOf('?run=a&net=resnet20,cut:99&select=0:layer9.0', variants, true), [
    'select=0:layer9.0: no network here has that block.',
  ]);
});

test('a hostile part is cut short', () => {
  for (const one of said(`?net=${'x'.repeat(5000)},cut:${'9'.repeat(5000)}&select=0:${'z'.repeat(5000)}`))
    assert.ok(one.length < 200, one);
});
