import assert from 'node:assert/strict';
import test from 'node:test';
import { keptMaps, mapsOf } from '../../../../static/js/figure/lesson/blockmaps.js';
import { LEVELS, levelOf, mapPicture } from '../../../../static/js/figure/lesson/channels.js';
import { numbersOf, readNumber } from '../../../../static/js/figure/lesson/numbers.js';
import { heightOf, sceneOf } from '../../../../static/js/figure/lesson/pictures.js';
import { readingOf, revive } from '../../../../static/js/figure/lesson/readings.js';
import { rootOf, textOf } from '../../../../static/js/figure/lesson/scene.js';
import { holds } from '../../golden.js';

const CHANNELS = 16;
const SIDE = 4;

/** A map whose numbers are a function of channel and pixel, and its statistics as a server would have them. */
function map(value, channels = CHANNELS) {
  const pixels = Array.from({ length: channels }, (_, c) =>
    Array.from({ length: SIDE * SIDE }, (_, i) => Number(value(c, i).toPrecision(4))),
  );
  const all = pixels.flat();
  const norm = Math.hypot(...all);
  return {
    shape: [channels, SIDE, SIDE],
    first_channel: 0,
    pooled: 1,
    rows: SIDE,
    columns: SIDE,
    rms: norm / Math.sqrt(all.length),
    norm,
    image_rms: 1,
    peak: Math.max(...all.map(Math.abs)),
    pixels,
  };
}

const plus = (a, b) => map((c, i) => a.pixels[c][i] + b.pixels[c][i]);
const X = map((c, i) => Math.max(0, Math.sin(c + i)));
const ZERO = map(() => 0);
const F = map((c, i) => 0.4 * Math.cos(2 * c - i));
const G = map((c, i) => 2.2e-3 * Math.cos(c * i + 1));
const THROUGH = map((c, i) => 5e-4 * Math.sin(3 * c + i));

const mapped = ({ branch = F, strength = 1, skip = true, share = 0.77 } = {}) => {
  const identity = map((c, i) => strength * G.pixels[c][i]);
  return {
    label: 'ResNet-56',
    block: 'layer1.0',
    skip,
    strength,
    layers: [],
    cosine: 0.01,
    identity_share: share,
    image: { index: 0, label: 7, predicted: 3, map: map((_, i) => i - 8, 1) },
    maps: {
      x: X,
      shortcut: skip ? X : null,
      branch,
      sum: plus(X, branch),
      output: X,
      grad_sum: G,
      grad_identity: skip ? identity : null,
      grad_branch: THROUGH,
      grad_x: skip ? plus(identity, THROUGH) : THROUGH,
    },
  };
};
const reading = (maps) =>
  readingOf({
    label: 'ResNet-56',
    taps: ['layer1.0'],
    blocks: ['layer1.0'],
    architecture: { skips: true, norm: 'none', activation: 'relu' },
    values: { gradient_rms: [1], activation_rms: [1], residual_rms: [0.5], identity_rms: [1] },
    maps,
  });
const figure = (show) => ({ show, low: -15, high: 1, block: 1, names: [] });
const drawn = (show, more = {}, width = 760, maps = mapped()) =>
  sceneOf(figure(show), { readings: [reading(maps)], width, height: heightOf(figure(show), width), ...more });

const all = (nodes) => nodes.flatMap((one) => (typeof one === 'string' ? [] : [one, ...all(one.in)]));
const texts = (scene) =>
  all(scene.in)
    .filter(({ tag }) => tag === 'text')
    .map((one) => one.in.join(''));
const classed = (scene, name) =>
  all(scene.in).filter(({ at }) =>
    String(at.class ?? '')
      .split(' ')
      .includes(name),
  );

test('an exact zero has no colour, and nothing else has none', () => {
  assert.deepEqual(
    [0, -0, 1e-30, -1e-30].map((one) => Math.abs(levelOf(one, 1))),
    [0, 0, 1, 1],
  );
  assert.deepEqual(
    [1, -1, 2, 0.5].map((one) => levelOf(one, 1)),
    [LEVELS, -LEVELS, LEVELS, LEVELS / 2],
  );
  assert.equal(levelOf('nan', 1), null);
});

test('each pixel is drawn once, in the step of its number', () => {
  const [, picture] = mapPicture(X, { x: 0, y: 0, size: 100, peak: X.peak, name: '', said: 'x' });
  const painted = new Map();
  for (const { at } of all(picture.in).filter(({ tag }) => tag === 'path'))
    for (const [, left, top, length] of at.d.matchAll(/M(\d+) (\d+)h(\d+)/g))
      for (let i = 0; i < Number(length); i += 1) {
        const key = `${Number(left) + i},${top}`;
        assert.ok(!painted.has(key), key);
        painted.set(key, at.class);
      }
  X.pixels.forEach((channel, c) =>
    channel.forEach((value, i) => {
      const key = `${(c % 4) * 5 + (i % 4)},${Math.floor(c / 4) * 5 + Math.floor(i / 4)}`;
      const level = levelOf(value, X.peak);
      assert.equal(painted.get(key), level === 0 ? undefined : `run p${level}`, key);
    }),
  );
});

test('with F at zero the figure says that the output is the input, and x and the sum are one picture', () => {
  const scene = drawn('maps', {}, 760, mapped({ branch: ZERO }));
  assert.ok(texts(scene).includes('F is 0 everywhere: the output is the input.'));
  const pictures = classed(scene, 'map').map((one) =>
    textOf({ ...one, at: {} }).replaceAll(/<title>.*?<\/title>/g, ''),
  );
  assert.equal(pictures[0], pictures[2]);
  assert.ok(!pictures[1].includes('class="run'), 'F(x) is empty');
  assert.ok(texts(drawn('maps')).some((text) => /^The sum differs from x by 0\.\d+ at most\.$/.test(text)));
});

test('what is covered is in neither the picture nor its words', () => {
  const forward = drawn('maps', { covered: true });
  assert.equal(classed(forward, 'map').length, 2, 'x and the image');
  assert.doesNotMatch(forward.label, /RMS of F/);
  const back = drawn('paths', { covered: true });
  assert.equal(classed(back, 'map').length, 2, 'the gradients at x and at the addition');
  assert.equal(classed(back, 'share').length, 0);
  assert.ok(!texts(back).some((text) => text.includes('%') && text.includes('identity')));
});

test('the shares lie on a bar from 0 to 1, and the reader’s answer on the same axis', () => {
  const scene = drawn('paths', { guess: 0.5 });
  const [identity, residual] = classed(scene, 'share');
  const [from, whole] = [identity.at.x, identity.at.width + residual.at.width];
  assert.ok(Math.abs(identity.at.width / whole - 0.77) < 0.002);
  const [mine] = classed(scene, 'yours');
  assert.ok(Math.abs((Number(/M([\d.]+),/.exec(mine.at.d)[1]) - from) / whole - 0.5) < 0.002);
  assert.ok(texts(scene).includes('you: 50 %') && texts(scene).includes('by the identity 77 %, through F 23 %'));
});

test('a bridge at 0 carries nothing, and the share before stands beside', () => {
  const zero = mapped({ strength: 0, share: 0 });
  const scene = drawn('paths', { base: [reading(mapped())] }, 760, zero);
  assert.ok(texts(scene).includes('before: 77 %'));
  assert.ok(texts(scene).includes('the bridge is at 0: nothing passes'));
  assert.equal(classed(scene, 'off').length, 1);
  assert.match(scene.label, /identity’s share is 0 %|identity's share is 0 %/);
  assert.equal(readNumber('identity_share', [reading(mapped({ skip: false, share: null }))]), 0);
});

test('numbers are those of the block, and no number where no map was measured', () => {
  const one = reading(mapped());
  assert.equal(readNumber('identity_share', [one]), 0.77);
  const parts = ['grad_identity', 'grad_branch', 'grad_x'].map((name) => one.maps.maps[name].norm);
  assert.ok(Math.abs(readNumber('identity_norm', [one]) - parts[0] / parts[2]) < 1e-12);
  assert.ok(Math.abs(readNumber('squares', [one]) - (parts[0] ** 2 + parts[1] ** 2) / parts[2] ** 2) < 1e-12);
  const [x, sum] = [X.pixels.flat(), one.maps.maps.sum.pixels.flat()];
  const cosine = x.reduce((total, value, i) => total + value * sum[i], 0) / Math.hypot(...x) / Math.hypot(...sum);
  assert.ok(Math.abs(readNumber('likeness', [one]) - cosine) < 1e-3);
  assert.ok(Number.isNaN(readNumber('likeness', [reading()])));
  assert.equal(numbersOf([one], 1).identity_share, '77 %');
  assert.ok(!('identity_share' in numbersOf([reading()], 1)));
});

test('a recording has the maps of its figure alone, and comes back', () => {
  const found = mapsOf(mapped());
  assert.deepEqual(Object.keys(keptMaps(found, 'paths').maps), ['grad_sum', 'grad_identity', 'grad_branch', 'grad_x']);
  const back = keptMaps(found, 'maps');
  assert.ok(Math.abs(back.maps.branch.pixels[3][2] - F.pixels[3][2]) < 1e-3);
  const one = { ...reading(), maps: back };
  assert.deepEqual(revive(JSON.parse(JSON.stringify({ ...one, identity: [1] }))).maps, back);
});

for (const width of [340, 760])
  for (const show of ['maps', 'paths'])
    test(`nothing of ${show} lies outside of ${width} pixels or on another text`, () => {
      const scene = drawn(show, show === 'paths' ? { guess: 1 } : {}, width);
      assert.doesNotMatch(textOf(rootOf(scene)), /NaN|undefined|Infinity/);
      const boxes = [];
      for (const { tag, at, in: inner } of scene.in.filter(({ at }) => at.x !== undefined)) {
        const long = tag === 'text' ? 6.4 * inner.join('').length : Number(at.width);
        const left =
          at['text-anchor'] === 'middle' ? at.x - long / 2 : at['text-anchor'] === 'end' ? at.x - long : at.x;
        const box = [
          left,
          tag === 'text' ? at.y - 10 : at.y,
          left + long,
          tag === 'text' ? at.y + 3 : at.y + at.height,
        ];
        assert.ok(box[0] >= 0 && box[2] <= width, `${inner.join('')} ${box}`);
        assert.ok(box[1] >= 0 && box[3] <= scene.height, `${inner.join('')} ${box}`);
        if (tag === 'text' && long > 0) boxes.push([inner.join(''), box]);
      }
      for (const [i, [one, a]] of boxes.entries())
        for (const [other, b] of boxes.slice(i + 1))
          assert.ok(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1], `${one} | ${other}`);
    });

/** A scene with two tiles of each map, whose pixels, which other tests look at, are told by their strokes. */
const lean = (nodes) =>
  nodes.map((one) => {
    if (typeof one === 'string') return one;
    const { d } = one.at;
    const at = String(one.at.class).startsWith('run ')
      ? { ...one.at, d: `${d.split('M').length - 1} strokes` }
      : one.at;
    const inner = one.in.filter((child) => !/tile c[2-9]|tile c1\d/.test(child.at?.class));
    return { ...one, at, in: lean(inner) };
  });

test('both figures are as they were', () => {
  const zero = mapped({ strength: 0, share: 0 });
  holds('maps.json', {
    'maps 760': lean(drawn('maps').in),
    'maps 340, covered': lean(drawn('maps', { covered: true }, 340).in),
    'paths 760': lean(drawn('paths', { guess: 0.5 }).in),
    'paths 340, the bridge at 0': lean(drawn('paths', { base: [reading(mapped())] }, 340, zero).in),
  });
});
