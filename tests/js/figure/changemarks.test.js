import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedBlocks, toldNear } from '../../../static/js/figure/changemarks.js';
import { blockAt, placesOf } from '../../../static/js/figure/depthplaces.js';
import { glyphsOf, pathOfGlyphs } from '../../../static/js/figure/glyphs.js';
import { SUMMARIES } from '../golden.js';

const run = {
  initial: [
    { skips: [true, true, true], strength: [1, 1, 1] },
    { skips: [true, true, true], strength: [1, 1, 1] },
  ],
};
const changes = [
  { step: 3, variant: 1, changed: { skips: [true, false, true] }, text: 'cut layer1.1' },
  { step: 5, variant: null, changed: { lr: 0.1 }, text: 'learning rate 0.1' },
  { step: 7, variant: 1, changed: { strength: [1, 1, 0.5] }, text: 'shortcut strength' },
  { step: 9, variant: 1, changed: { skips: [true, true, true] }, text: 'connected layer1.1' },
];
const at = (step) => changedBlocks({ run, changes, variants: run.initial, step }).map((marks) => [...marks]);

test('blocks that were changed are marked from that step on, with the newest change', () => {
  assert.deepEqual(at(2), [[], []]);
  assert.deepEqual(at(3), [[], [[1, 'cut at step 3']]]);
  assert.deepEqual(at(8), [
    [],
    [
      [1, 'cut at step 3'],
      [2, 'strength 0.5 since step 7'],
    ],
  ]);
  assert.deepEqual(new Map(at(9)[1]).get(1), 'connected at step 9');
});

test('the changes near a step are told in words', () => {
  assert.deepEqual(toldNear(changes, 4, 1), ['step 3: cut layer1.1', 'step 5: learning rate 0.1']);
  assert.deepEqual(toldNear(changes, 0, 1), []);
});

test('an exact zero stands at the low edge, what is not finite at the high one, what was not measured nowhere', () => {
  const found = glyphsOf({ y: [-2, -Infinity, Infinity, NaN], changed: [0] }, [-6, 0]);
  assert.deepEqual(found, [
    { i: 1, value: -6, kind: 'zero' },
    { i: 2, value: 0, kind: 'lost' },
    { i: 0, value: -2, kind: 'changed' },
  ]);
  const paths = ['zero', 'lost', 'changed'].map((kind) => pathOfGlyphs([{ x: 10, y: 20, kind }]));
  assert.equal(new Set(paths.map((d) => d.slice(9))).size, 3, 'three shapes');
  assert.ok(paths.every((d) => d.startsWith('M10.0,20.0')));
});

test('stages of networks with other depths are aligned, and every block has a place of its own', () => {
  const variants = [{ summary: SUMMARIES.resnet18 }, { summary: SUMMARIES.resnet20 }];
  const places = placesOf(variants);
  assert.deepEqual(places.stages, [
    { name: 'layer1', from: 1, to: 3 },
    { name: 'layer2', from: 4, to: 6 },
    { name: 'layer3', from: 7, to: 9 },
    { name: 'layer4', from: 10, to: 11 },
  ]);
  assert.deepEqual(Array.from(places.of[0]), [0, 1, 2, 4, 5, 7, 8, 10, 11]);
  assert.deepEqual(Array.from(places.of[1]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(
    [0, 2, 3, 11].map((place) => blockAt(places, place)),
    [null, { variant: 0, block: 1 }, { variant: 1, block: 2 }, { variant: 0, block: 7 }],
  );
});
