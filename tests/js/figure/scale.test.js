import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  colorIndex,
  colorTable,
  createKeyedFollower,
  DASHES,
  decadeRange,
  decadeTicks,
  followRange,
  formatDecade,
  formatNumber,
  magnitudeStyle,
  rampColor,
  shareOf,
  UNFOLLOWED,
} from '../../../static/js/figure/scale.js';

/** Relative luminance of sRGB. @param {string} color */
function luminance(color) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

for (const theme of ['light', 'dark']) {
  for (const hue of ['identity', 'residual', 'plain']) {
    test(`the ${hue} ramp goes one way in the ${theme}`, () => {
      const all = Array.from({ length: 101 }, (_, i) => luminance(rampColor(hue, i / 100, theme)));
      const sign = theme === 'light' ? -1 : 1;
      for (let i = 1; i < all.length; i += 1)
        assert.ok(sign * (all[i] - all[i - 1]) > 0, `${i}: ${all[i - 1]} to ${all[i]}`);
    });
  }

  test(`what is no number is never the low end of a ramp, ${theme}`, () => {
    const low = magnitudeStyle('residual', -9, [-6, 0], theme);
    for (const code of [NaN, -Infinity, Infinity])
      assert.notEqual(magnitudeStyle('residual', code, [-6, 0], theme).color, low.color);
    assert.equal(magnitudeStyle('residual', -Infinity, [-6, 0], theme).dash, DASHES.zero);
    assert.equal(magnitudeStyle('residual', Infinity, [-6, 0], theme).dash, DASHES.lost);
    assert.equal(low.dash, 'solid');
    assert.equal(
      new Set([NaN, -Infinity, Infinity].map((code) => magnitudeStyle('residual', code, [-6, 0], theme).color)).size,
      3,
    );
  });
}

test('width tells the magnitude, and stays within the range', () => {
  const widths = [-9, -6, -3, 0, 3].map((log10) => magnitudeStyle('identity', log10, [-6, 0], 'light').width);
  assert.deepEqual(widths, [1.3, 1.3, 3.65, 6, 6]);
});

test('a place in a range lies from 0 to 1, in an empty range too', () => {
  assert.deepEqual(
    [-7, -6, -4.5, -3, 1].map((value) => shareOf(value, [-6, -3])),
    [0, 0, 0.5, 1, 1],
  );
  assert.equal(shareOf(2, [2, 2]), 0);
});

test('the colour table holds the ramp and three colours of its own', () => {
  const table = colorTable('plain', 'light');
  assert.equal(table.length, 259 * 4);
  for (const [log10, index] of [
    [-6, 0],
    [-3, 128],
    [0, 255],
    [-Infinity, 256],
    [Infinity, 257],
    [NaN, 258],
  ])
    assert.equal(colorIndex(log10, [-6, 0]), index);
  for (const index of [0, 100, 255]) {
    const written = [...table.slice(4 * index, 4 * index + 3)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    assert.equal(`#${written}`, rampColor('plain', index / 255, 'light'));
  }
  assert.equal(table[4 * 257 + 3], 255);
  assert.equal(table[4 * 258 + 3], 40);
});

test('numbers have two or three digits, whatever their size', () => {
  /** @type {[number, string][]} */
  const cases = [
    [0, '0'],
    [-0, '0'],
    [0.001, '0.001'],
    [0.0123456, '0.0123'],
    [4.567, '4.57'],
    [1234.5, '1230'],
    [9999, '10000'],
    [10000, '1×10⁴'],
    [2.14e-9, '2.1×10⁻⁹'],
    [0.000999, '1×10⁻³'],
    [-0.5, '-0.5'],
    [-3e-12, '-3×10⁻¹²'],
    [5e-324, '4.9×10⁻³²⁴'],
    [NaN, '—'],
    [Infinity, 'not finite'],
    [-Infinity, 'not finite'],
  ];
  for (const [value, text] of cases) assert.equal(formatNumber(value), text);
  assert.deepEqual([0, 1, -12].map(formatDecade), ['1', '10¹', '10⁻¹²']);
});

test('a range is in whole decades, at least one, and leaves outliers out', () => {
  assert.equal(decadeRange([]), null);
  assert.equal(decadeRange([NaN, Infinity, -Infinity]), null);
  assert.deepEqual(decadeRange([-3]), [-3, -2]);
  assert.deepEqual(decadeRange([-3.2, NaN, -1.1], 0), [-4, -1]);
  const many = Array.from({ length: 100 }, (_, i) => -2 + i / 100);
  assert.deepEqual(decadeRange([...many, 30]), [-2, -1]);
  assert.deepEqual(decadeRange([...many, 30], 0), [-2, 30]);
});

test('a followed range grows at once and shrinks slowly', () => {
  let held = UNFOLLOWED;
  const follow = (wanted) => {
    held = followRange(held, wanted, 3);
    return held.range;
  };
  assert.equal(follow(null), null);
  assert.deepEqual(follow([-3, 0]), [-3, 0]);
  assert.deepEqual(follow([-6, 1]), [-6, 1]);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => follow([-4, 1])),
    [
      [-6, 1],
      [-6, 1],
      [-5, 1],
      [-5, 1],
    ],
  );
  assert.deepEqual(follow([-5, 1]), [-5, 1]);
  assert.deepEqual(
    [1, 2].map(() => follow([-4, 1])),
    [
      [-5, 1],
      [-5, 1],
    ],
    'a call without room to spare begins the wait anew',
  );
  assert.deepEqual(follow(null), [-5, 1]);
});

test('another subject begins a range anew; a locked one stays', () => {
  const follow = createKeyedFollower();
  assert.deepEqual(follow(['a'], [-9, 0], true), [-9, 0], 'there is nothing to hold yet');
  assert.deepEqual(follow(['b'], [-2, 0]), [-2, 0]);
  assert.deepEqual(follow(['b'], [-3, 0]), [-3, 0]);
  assert.deepEqual(follow(['c'], [-12, 0], true), [-3, 0]);
  assert.deepEqual(follow(['c'], [-1, 0]), [-1, 0]);
});

test('ticks are whole decades in the range, few enough', () => {
  for (let low = -40; low < 3; low += 1) {
    for (let high = low + 1; high < low + 45; high += 1) {
      const { values, texts } = decadeTicks([low, high], 5);
      assert.ok(values.length >= 1 && values.length <= 6, `${low} to ${high}: ${values}`);
      assert.equal(texts.length, values.length);
      for (const value of values) assert.ok(Number.isInteger(value) && value >= low && value <= high);
    }
  }
});

test('the decades are those of the sorted numbers', () => {
  const sorted = (logs, trim) => {
    const finite = Float64Array.from(logs.filter(Number.isFinite)).sort();
    const at = (share) => finite[Math.round(share * (finite.length - 1))];
    const low = Math.floor(at(trim));
    return [low, Math.max(low + 1, Math.ceil(at(1 - trim)))];
  };
  let seed = 1;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let i = 0; i < 200; i += 1) {
    const logs = Array.from({ length: 1 + Math.floor(random() * 50) }, () =>
      random() < 0.1 ? Math.round(random() * 10) : random() * 40 - 30,
    );
    logs.push(-Infinity, NaN, Infinity, Math.log10(5e-324), Math.log10(Number.MAX_VALUE));
    for (const trim of [0, 0.05])
      assert.deepEqual(
        decadeRange(logs, trim).map((end) => end + 0),
        sorted(logs, trim).map((end) => end + 0),
        String(logs),
      );
  }
});
