import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapsPicture } from '../../../../static/js/figure/large/maps.js';
import { mapsOf } from '../../../../static/js/figure/lesson/blockmaps.js';
import { rootOf, textOf } from '../../../../static/js/figure/lesson/scene.js';

const map = (value, rms) => ({
  shape: [2, 2, 2],
  rows: 2,
  columns: 2,
  rms,
  norm: 2 * rms,
  peak: Math.abs(value),
  pixels: [Array(4).fill(value), Array(4).fill(0)],
});
const mapped = (changes = {}, more = {}) =>
  mapsOf({
    block: 'layer1.0',
    skip: true,
    strength: 1,
    identity_share: 0.75,
    image: { index: 2, label: 7, predicted: 3, map: map(1, 1) },
    maps: {
      x: map(2, 0.5),
      shortcut: map(2, 0.5),
      branch: map(-1, 0.25),
      sum: map(1, 0.3),
      output: map(1, 0.28),
      grad_sum: map(2e-3, 1e-3),
      grad_identity: map(2e-3, 1e-3),
      grad_branch: map(-1e-3, 5e-4),
      grad_x: map(1e-3, 8e-4),
      ...changes,
    },
    ...more,
  });
const reading = { label: 'ResNet-56', name: 'layer1.0', on: true, bare: true, strength: 1, after: [{ title: 'ReLU' }] };
const texts = (scene) => [...textOf(rootOf(scene)).matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text);

test('a block has eight pictures, forward and backward, each way on a scale of its own', () => {
  const scene = mapsPicture(reading, mapped(), 860);
  const said = texts(scene);
  for (const text of ['x', 'F(x)', 's = x + F(x)', 'y, after ReLU', '∂L/∂x', 'by the identity', 'through F', '∂L/∂s'])
    assert.ok(said.includes(text), text);
  assert.deepEqual(
    said.filter((text) => ['+', '=', '→', '←'].includes(text)),
    ['+', '=', '→', '=', '+', '←'],
  );
  assert.ok(said.includes('+2'));
  assert.ok(said.includes('+0.002'));
  assert.match(scene.label, /^Image 3 of the batch in layer1.0 of ResNet-56/);
  assert.match(scene.label, /F\(x\) 0.25, s 0.3; backward ∂L\/∂s 0.001/);
  assert.equal(textOf(rootOf(scene)).match(/class="map"/g).length, 8);
});

test('a cut skip has no picture, a scaled one says its factor, and a block without a last activation has no y', () => {
  const cut = { ...reading, on: false, bare: false, after: [] };
  const said = texts(mapsPicture(cut, mapped({ shortcut: null, grad_identity: null }, { skip: false }), 860));
  assert.equal(said.filter((text) => text === 'the skip is cut').length, 2);
  assert.equal(said.filter((text) => text === 'none').length, 2);
  assert.ok(said.includes('s = F(x)'));
  assert.ok(!said.some((text) => text.startsWith('y')));
  const weak = texts(mapsPicture({ ...reading, bare: false, strength: 0.5 }, mapped(), 860));
  assert.ok(weak.includes('x times 0.5'));
  assert.ok(weak.includes('by the shortcut'));
});

test('on a phone two pictures stand beside each other, inside of its width', () => {
  const scene = mapsPicture(reading, mapped(), 340);
  const frames = [...textOf(rootOf(scene)).matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*map-frame/g)];
  assert.equal(frames.length, 8);
  assert.equal(new Set(frames.map(([, x]) => x)).size, 2);
  for (const [, x, , width] of frames) assert.ok(Number(x) + Number(width) <= 340);
  assert.ok(scene.height > mapsPicture(reading, mapped(), 860).height);
});

test('where there is room the way forward stands beside the way back', () => {
  const [wide, tall] = [1340, 860].map((width) => mapsPicture(reading, mapped(), width));
  assert.ok(wide.height < 0.6 * tall.height);
  const xs = [...textOf(rootOf(wide)).matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*map-frame/g)];
  assert.equal(new Set(xs.map(([, x]) => x)).size, 8);
  for (const [, x, width] of xs) assert.ok(Number(x) + Number(width) <= 1340);
});
