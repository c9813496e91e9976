import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf } from '../../../../static/js/figure/foreign/places.js';

const told = (found) => found.places.map(({ name, kind, scaled, at, taps }) => [name, kind, scaled, at, taps]);

test('junctions are places in the order of execution, of the kind that their sender says', () => {
  const blocks = ['layer1.0', 'layer2.0', 'up'];
  const junctions = ['layer1.0: identity shortcut', 'layer2.0: projection shortcut, scaled branch', 'up: long skip'];
  const found = placesOf({ taps: blocks, blocks, junctions });
  assert.deepEqual(told(found), [
    ['layer1.0', 'identity', false, 0, ['layer1.0']],
    ['layer2.0', 'projection', true, 1, ['layer2.0']],
    ['up', 'long', false, 2, ['up']],
  ]);
  assert.equal(found.places[1].words, 'projection shortcut, scaled branch');
  assert.deepEqual([found.stem, found.head], [[], []]);
});

test('leaves lie inside of their junction, in plain stretches between, or before and after all', () => {
  const taps = ['conv1', 'l.0.conv', 'l.0', 'pool.a', 'pool.b', 'l.1.conv', 'l.1', 'fc'];
  const found = placesOf({ taps, blocks: ['l.0', 'l.1'], junctions: [] });
  assert.deepEqual(told(found), [
    ['l.0', 'identity', false, 0, ['l.0.conv', 'l.0']],
    ['pool.b', 'plain', false, -1, ['pool.a', 'pool.b']],
    ['l.1', 'identity', false, 1, ['l.1.conv', 'l.1']],
  ]);
  assert.deepEqual([found.stem, found.head], [['conv1'], ['fc']]);
});

test('two additions of one module share its leaves in the order in which they run', () => {
  const taps = ['b.0.norm1', 'b.0.attn', 'b.0', 'b.0.mlp.fc1', 'b.0.2', 'b.0:2'];
  const found = placesOf({ taps, blocks: ['b.0', 'b.0.2', 'b.0:2'], junctions: [] });
  assert.deepEqual(
    found.places.map(({ name, taps: own }) => [name, own]),
    [
      ['b.0', ['b.0.norm1', 'b.0.attn', 'b.0']],
      ['b.0.2', ['b.0.mlp.fc1', 'b.0.2']],
      ['b.0:2', ['b.0:2']],
    ],
  );
});

test('a junction that is no tap has its place before the next one', () => {
  const found = placesOf({ taps: ['stem', 'b.conv', 'fc'], blocks: ['a', 'b'], junctions: [] });
  assert.deepEqual(
    found.places.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual([found.stem, found.head], [['stem'], ['fc']]);
});

test('without junctions each tap is a place of a plain chain', () => {
  const taps = ['conv', 'relu', 'relu:2', 'fc'];
  const found = placesOf({ taps, blocks: [], junctions: [] });
  assert.deepEqual(
    told(found),
    taps.map((name) => [name, 'plain', false, -1, [name]]),
  );
});
