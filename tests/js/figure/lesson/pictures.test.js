import assert from 'node:assert/strict';
import test from 'node:test';
import { heightOf, sceneOf } from '../../../../static/js/figure/lesson/pictures.js';
import { rootOf, textOf } from '../../../../static/js/figure/lesson/scene.js';

const BLOCKS = Array.from({ length: 27 }, (_, b) => `layer${1 + Math.floor(b / 9)}.${b % 9}`);
const reading = (label, factor, skip = false) => ({
  label,
  blocks: BLOCKS,
  skips: BLOCKS.map(() => skip),
  made: { norm: 'none', activation: 'relu' },
  gradient: BLOCKS.map((_, b) => factor ** (26 - b)),
  activation: BLOCKS.map(() => 1),
  residual: BLOCKS.map(() => 0.5),
  identity: BLOCKS.map(() => (skip ? 1 : NaN)),
});
const PROFILE = { show: 'profile', low: -15, high: 1, block: 14 };
const size = (figure, width) => ({ width, height: heightOf(figure, width) });

/** All elements of a scene, from the outside in. */
const all = (nodes) => nodes.flatMap((one) => (typeof one === 'string' ? [] : [one, ...all(one.in)]));
const classed = (scene, name) =>
  all(scene.in).filter(({ at }) =>
    String(at.class ?? '')
      .split(' ')
      .includes(name),
  );
const texts = (scene) =>
  all(scene.in)
    .filter(({ tag }) => tag === 'text')
    .map((one) => one.in.join(''));

test('a profile has a dot a block, and says the first one’s number', () => {
  const scene = sceneOf(PROFILE, { readings: [reading('plain-56', 0.32)], ...size(PROFILE, 760) });
  assert.equal(classed(scene, 'dot').length, 27);
  assert.match(scene.label, /plain-56: the gradient at block 1 is 1.4×10⁻¹³ times that at block 27/);
  assert.ok(texts(scene).includes('measured: 1.4×10⁻¹³'));
});

test('what is covered is not in the picture', () => {
  const prediction = { at: [1], logs: [-1] };
  const scene = sceneOf(PROFILE, {
    readings: [reading('plain-56', 0.32)],
    covered: true,
    prediction,
    ...size(PROFILE, 760),
  });
  assert.equal(classed(scene, 'dot').length, 0);
  assert.equal(classed(scene, 'cover').length, 1);
  assert.equal(classed(scene, 'yours').length, 2);
  assert.doesNotMatch(textOf(rootOf(scene)), /10⁻¹³|measured:/);
});

test('prediction and measurement stand in the same axes, with their distance', () => {
  const readings = [reading('plain-56', 0.32)];
  const scene = sceneOf(PROFILE, { readings, prediction: { at: [1], logs: [-1] }, ...size(PROFILE, 760) });
  const [ring] = classed(scene, 'yours').filter(({ tag }) => tag === 'circle');
  const first = classed(scene, 'dot')[0];
  assert.equal(ring.at.cx, first.at.cx);
  assert.ok(ring.at.cy < first.at.cy, 'a larger gradient lies higher');
  assert.ok(texts(scene).includes('12 powers of ten apart'));
  assert.ok(texts(scene).includes('you: 0.1'));
});

for (const width of [340, 760])
  for (const [name, factor, log] of [
    ['a gradient that grows', 1.08, null],
    ['a gradient that grows, predicted near by', 1.08, 0.4],
    ['a gradient that shrinks, predicted near by', 0.8, -3],
    ['a gradient near 1', 0.995, 0.1],
    ['a gradient that ends beside the names', 0.75, -3],
  ])
    test(`no line crosses what is said of ${name}, at ${width} pixels`, () => {
      const figure = { ...PROFILE, low: -6, high: 3 };
      const readings = [reading('ResNet-56', 0.97), reading('plain-56', factor)];
      const prediction = log === null ? null : { at: [1], logs: [log] };
      const scene = sceneOf(figure, { readings, prediction, ...size(figure, width) });
      const names = all(scene.in).filter(({ tag, in: [text] }) => tag === 'text' && /^(measured|you):/.test(text));
      assert.equal(names.length, prediction ? 2 : 1);
      const dots = classed(scene, 'dot').map(({ at }) => [at.cx, at.cy]);
      for (const { at, in: said } of names) {
        const [text] = said;
        const over = dots.filter(([x, y]) => x >= at.x && x <= at.x + 7 * text.length && y > at.y - 10 && y < at.y + 2);
        assert.deepEqual(over, [], text);
        assert.ok(at.y > 30 - 2 && at.y < scene.height - 44);
      }
      for (const one of classed(scene, 'name').filter(({ tag }) => tag === 'text'))
        for (const { at, in: said } of names)
          assert.ok(at.x + 6.5 * said[0].length < one.at.x - 26 || Math.abs(at.y - one.at.y) >= 12, said[0]);
      if (prediction) assert.ok(Math.abs(names[0].at.y - names[1].at.y) >= 14);
    });

test('a zero is a mark of its own, at the edge, and no part of the line', () => {
  const dead = { ...reading('sigmoid', 0.1), gradient: BLOCKS.map((_, b) => (b < 3 ? 0 : 1)) };
  const scene = sceneOf(PROFILE, { readings: [dead], ...size(PROFILE, 760) });
  assert.equal(classed(scene, 'zero').length, 3);
  assert.equal(classed(scene, 'dot').length, 24);
  assert.doesNotMatch(textOf(rootOf(scene)), /NaN|Infinity/);
});

test('a bar a factor, twice: the lower ones end where the curve is', () => {
  const figure = { ...PROFILE, show: 'factors' };
  const scene = sceneOf(figure, { readings: [reading('plain-56', 0.32)], ...size(figure, 760) });
  assert.equal(classed(scene, 'bar').length, 52);
  assert.equal(classed(scene, 'more').length, 0);
  assert.ok(texts(scene).includes('the product: 1.4×10⁻¹³'));
  const growing = sceneOf(figure, { readings: [reading('plain-56', 2)], ...size(figure, 760) });
  assert.equal(classed(growing, 'more').length, 52);
});

for (const width of [480, 560, 640, 760])
  test(`the titles of the factors and their explanations do not meet at ${width} pixels`, () => {
    const figure = { ...PROFILE, show: 'factors' };
    const scene = sceneOf(figure, { readings: [reading('plain-56', 0.32)], width, height: 400 });
    const said = all(scene.in).filter(({ tag, at }) => tag === 'text' && /strong|axis/.test(at.class));
    for (const end of said.filter(({ at }) => at['text-anchor'] === 'end')) {
      const title = said.find(({ at }) => at['text-anchor'] === 'start' && at.y === end.at.y);
      assert.ok(title.at.x + 7.5 * title.in[0].length < end.at.x - 6.4 * end.in[0].length);
    }
  });

test('a block shows its addition where the skip is, and what was measured', () => {
  const figure = { ...PROFILE, show: 'block' };
  const readings = [reading('plain-56', 1), reading('ResNet-56', 1, true)];
  const scene = sceneOf(figure, { readings, ...size(figure, 760) });
  assert.equal(classed(scene, 'identity').length, 2);
  assert.ok(texts(scene).includes('y = ReLU(F(x))') && texts(scene).includes('y = ReLU(x + F(x))'));
  assert.ok(!texts(sceneOf(figure, { readings, covered: true, ...size(figure, 760) })).includes('0.5'));
});

for (const width of [340, 760])
  for (const show of ['profile', 'factors', 'block'])
    test(`nothing of ${show} lies outside of ${width} pixels`, () => {
      const figure = { ...PROFILE, show };
      const scene = sceneOf(figure, { readings: [reading('plain-56', 0.32)], ...size(figure, width) });
      for (const { tag, at } of all(scene.in)) {
        const reach = tag === 'text' ? 0 : Number(at.width ?? 0);
        if (at.x === undefined) continue;
        assert.ok(Number(at.x) >= 0 && Number(at.x) + reach <= width, `${tag} ${JSON.stringify(at)}`);
        assert.ok(
          Number(at.y) >= 0 && Number(at.y) + Number(at.height ?? 0) <= scene.height,
          `${tag} ${JSON.stringify(at)}`,
        );
      }
    });

test('text is never markup', () => {
  const odd = { ...reading('<b>&"', 0.5) };
  assert.match(textOf(rootOf(sceneOf(PROFILE, { readings: [odd], ...size(PROFILE, 760) }))), /&lt;b&gt;&amp;&quot;/);
});

test('a table has a cell a network, by skips and normalisation, and hides what is covered', () => {
  const figure = { ...PROFILE, show: 'table', low: -15, high: 5 };
  const readings = ['none', 'batch'].flatMap((norm) =>
    [false, true].map((skip) => ({
      ...reading(skip ? 'ResNet-56' : 'plain-56', norm === 'none' && !skip ? 0.32 : 1.3, skip),
      made: { norm, activation: 'relu' },
    })),
  );
  const scene = sceneOf(figure, { readings, ...size(figure, 760) });
  const cells = classed(scene, 'layer').map(({ at }) => [at.x, at.y]);
  assert.equal(new Set(cells.map(String)).size, 4);
  assert.equal(new Set(cells.map(([x]) => x)).size, 2);
  assert.ok(texts(scene).includes('1.4×10⁻¹³'));
  assert.equal(classed(scene, 'more').length, 3, 'those whose gradient grows towards the image');
  const covered = texts(sceneOf(figure, { readings, covered: true, ...size(figure, 760) }));
  assert.equal(covered.filter((text) => text === '?').length, 4);
  assert.ok(!covered.includes('1.4×10⁻¹³'));
});

test('what is known before is a line of its own, and nothing is said to be measured', () => {
  const readings = [reading('plain-56', 0.32)];
  const prediction = { at: [1, 14], logs: [-13, -6] };
  const scene = sceneOf(PROFILE, { readings, before: readings, known: true, prediction, ...size(PROFILE, 760) });
  assert.equal(classed(scene, 'dot').filter(({ at }) => at.class.includes('before')).length, 27);
  assert.equal(classed(scene, 'net').length, 0);
  assert.equal(classed(scene, 'cover').length, 0);
  assert.ok(!texts(scene).some((text) => text.startsWith('measured')));
});

test('a long name of a network stays inside', () => {
  const readings = [reading('plain-56', 0.32), reading('pre-activation ResNet-110 with GroupNorm', 1, true)];
  for (const width of [340, 760]) {
    const scene = sceneOf(PROFILE, { readings, ...size(PROFILE, width) });
    const name = all(scene.in).find((one) => one.in.includes('pre-activation ResNet-110 with GroupNorm'));
    assert.ok(Number(name.at.x) + 6.6 * 40 < width);
  }
});

test('the note on a cover lies over the reader’s own line, and below the handle', () => {
  const shown = { readings: [reading('plain-56', 0.32)], covered: true, prediction: { at: [1], logs: [0] } };
  const scene = sceneOf({ ...PROFILE, low: -15, high: 15 }, { ...shown, ...size(PROFILE, 760) });
  const order = scene.in.map(({ at }) => String(at.class));
  assert.ok(order.indexOf('note') > order.lastIndexOf('yours'));
});

test('what a skip changed a little stands as bars above the profile, on the side that is free', () => {
  const before = [reading('plain-56', 0.32)];
  const after = { ...before[0], gradient: before[0].gradient.map((one, b) => (b < 13 ? 3 * one : one)) };
  for (const width of [760, 340]) {
    const scene = sceneOf(PROFILE, { readings: [after], before, width, height: heightOf(PROFILE, width, true) });
    const bars = classed(scene, 'gain');
    assert.equal(bars.length, 27);
    assert.ok(bars[0].at.height > 2.5 * bars[26].at.height);
    assert.ok(texts(scene).includes('× 3'));
    const [name] = scene.in.filter(({ in: [text] }) => text === 'plain-56, before');
    assert.ok(name.at.x < width / 2, 'the names stand there too');
    const lowest = Math.max(...bars.map(({ at }) => at.y + at.height));
    const curve = Math.min(...classed(scene, 'dot').flatMap(({ at }) => (at.cx < width / 2 ? [at.cy] : [])));
    assert.ok(lowest < curve, 'no bar lies on a line');
  }
  const whole = { ...before[0], gradient: BLOCKS.map(() => 1) };
  const flat = sceneOf(PROFILE, { readings: [whole], before, ...size(PROFILE, 760) });
  assert.equal(classed(flat, 'gain').length, 0, 'a line lies there');
});

test('a prediction close to the measurement is named above it, below it, beside it or not at all', () => {
  const readings = [reading('plain-56', 0.32)];
  for (const width of [340, 760])
    for (const log of [-14.6, -13.3, -12.9, -12.2]) {
      const shown = { readings, prediction: { at: [1], logs: [log] }, width, height: heightOf(PROFILE, width, true) };
      const scene = sceneOf(PROFILE, shown);
      const [measured, mine] = ['measured: ', 'you: '].map((name) =>
        scene.in.find(({ in: [text] }) => String(text).startsWith(name)),
      );
      assert.ok(measured.at.y < scene.height - 44);
      if (!mine) continue;
      const beside = mine.at.y === measured.at.y && mine.at.x > measured.at.x + 120;
      assert.ok(beside || Math.abs(mine.at.y - measured.at.y) >= 14, `${width} ${log}`);
    }
});

test('a block’s paths have their hues between the fork and the addition alone', () => {
  const readings = [reading('plain-56', 1), reading('ResNet-56', 1, true)];
  const scene = sceneOf({ show: 'block', block: 14 }, { readings, width: 760, height: 410 });
  const wires = classed(scene, 'wire').map(({ at }) => at);
  const [residual] = wires.filter((at) => at.class === 'wire residual');
  const [identity] = wires.filter((at) => at.class === 'wire identity');
  assert.equal(wires.filter((at) => at.class === 'wire trunk').length, 1);
  assert.equal(residual.d.split(',')[0], identity.d.split(',')[0], 'both begin at the fork');
  const [, junction] = residual.d.split('H');
  assert.ok(identity.d.includes(`Q${junction}`) || identity.d.includes(` ${junction},`), 'and end at the addition');
});
