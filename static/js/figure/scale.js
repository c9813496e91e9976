/**
 * @file From a magnitude to colour, width and text. Pure.
 *
 * Numbers come as log10 with the codes of history.js: -Infinity is an exact zero, Infinity is not finite, NaN was not
 * measured. None of the three is ever the low end of a ramp. The colours lie in colors.json, which Python reads too.
 */
import colors from './colors.json' with { type: 'json' };

/** @typedef {'identity'|'residual'|'plain'|import('./networks.js').Letter} Hue a path's, or a network's */
/** @typedef {'light'|'dark'} Theme */
/** @typedef {[number, number]} Range decades, low and high */
/** @typedef {{color: string, width: number, dash: string}} MagnitudeStyle */

/**
 * Ramps from faint to strong. Lightness falls (rises, in the dark) evenly, so that they read without hue; plain is
 * nearly grey, because violet is blue to who sees no red or no green. tests/js/figure/palette.test.js holds them apart
 * for each kind of colour blindness.
 *
 * @type {Record<Theme, Record<Hue, string[]>>}
 */
const RAMPS = colors.ramps;
/** Codes in place of a number, in the order of a colour table. */
export const CODES = [
  { log: -Infinity, name: 'exactly zero' },
  { log: Infinity, name: 'not finite' },
  { log: NaN, name: 'not measured' },
];
const SPECIAL = colors.special;
/** Strokes of what is no number. */
export const DASHES = { zero: '1px,4px', lost: '7px,3px,1px,3px' };
const WIDTHS = [1.3, 6];
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * Style a line or a cell by its magnitude.
 *
 * @param {Hue} hue of the path
 * @param {number} log10 or one of the three codes
 * @param {Range} range
 * @param {Theme} theme
 * @returns {MagnitudeStyle}
 */
export function magnitudeStyle(hue, log10, range, theme) {
  if (Number.isNaN(log10)) return { color: SPECIAL[theme].none, width: WIDTHS[0], dash: 'solid' };
  if (log10 === -Infinity) return { color: SPECIAL[theme].zero, width: WIDTHS[0], dash: DASHES.zero };
  if (log10 === Infinity) return { color: SPECIAL[theme].lost, width: 2.4, dash: DASHES.lost };
  const share = shareOf(log10, range);
  const width = WIDTHS[0] + share * (WIDTHS[1] - WIDTHS[0]);
  return { color: rampColor(hue, share, theme), width: Math.round(width * 100) / 100, dash: 'solid' };
}

/** The position of a number in a range, 0 to 1. @param {number} value @param {Range} range */
export function shareOf(value, [low, high]) {
  return Math.min(1, Math.max(0, (value - low) / Math.max(1e-9, high - low)));
}

/** @param {Hue} hue @param {number} share @param {Theme} theme @returns {string} `#rrggbb` */
export function rampColor(hue, share, theme) {
  const stops = RAMPS[theme][hue];
  const at = share * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  const mix = at - i;
  let color = '#';
  for (const start of [1, 3, 5]) {
    const from = Number.parseInt(stops[i].slice(start, start + 2), 16);
    const to = Number.parseInt(stops[i + 1].slice(start, start + 2), 16);
    color += Math.round(from + (to - from) * mix)
      .toString(16)
      .padStart(2, '0');
  }
  return color;
}

/**
 * The colours of a hue as bytes for a canvas: 256 steps, then zero, not finite, not measured. Of numbers with a sign
 * the steps lead from -1 to 1.
 *
 * @param {Hue|'signed'} hue @param {Theme} theme
 * @returns {Uint8ClampedArray} four bytes a colour
 */
export function colorTable(hue, theme) {
  const table = new Uint8ClampedArray(259 * 4);
  const { zero, lost, none } = SPECIAL[theme];
  const step = (/** @type {number} */ share) =>
    hue === 'signed' ? signedColor(2 * share - 1, theme) : rampColor(hue, share, theme);
  const colors = [...Array.from({ length: 256 }, (_, i) => step(i / 255)), zero, lost, none];
  colors.forEach((color, i) => {
    for (let c = 0; c < 3; c += 1) table[4 * i + c] = Number.parseInt(color.slice(1 + 2 * c, 3 + 2 * c), 16);
    table[4 * i + 3] = color === none ? 40 : 255;
  });
  return table;
}

/**
 * The colour of a number with a sign, on a range around 0: the residual path's hue above, the identity's below.
 *
 * @param {number} value -1 to 1 @param {Theme} theme
 */
export function signedColor(value, theme) {
  return rampColor(value < 0 ? 'identity' : 'residual', Math.min(1, Math.abs(value)), theme);
}

/** The index of a number in a color table. @param {number} log10 @param {Range} range */
export function colorIndex(log10, range) {
  if (Number.isNaN(log10)) return 258;
  if (log10 === -Infinity) return 256;
  if (log10 === Infinity) return 257;
  return Math.round(shareOf(log10, range) * 255);
}

/**
 * Write a number with two to three significant digits and true superscripts: 0.0123, 4.57, 2.1×10⁻⁹.
 *
 * @param {number} value raw
 */
export function formatNumber(value) {
  if (Number.isNaN(value)) return '—';
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return 'not finite';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e4) return String(Number(value.toPrecision(3)));
  const [digits, power] = value.toExponential(1).split('e');
  return `${digits.replace(/\.0$/, '')}×10${superscript(Number(power))}`;
}

/** Write a power of ten: 10⁻⁶, and 1 for 10⁰. @param {number} power */
export function formatDecade(power) {
  return power === 0 ? '1' : `10${superscript(power)}`;
}

/** @param {number} power */
function superscript(power) {
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return power < 0 ? `⁻${digits}` : digits;
}

/** No logarithm of a double lies further from 0. */
const FURTHEST = 400;

/**
 * A range in whole decades for these numbers: from the 5th to the 95th percentile, at least one decade. Counted, not
 * sorted: a step asks for it.
 *
 * @param {Iterable<number>} logs
 * @param {number} [trim] share left out at each end
 * @returns {Range|null} null where no number is finite
 */
export function decadeRange(logs, trim = 0.05) {
  const [below, above] = [new Uint32Array(2 * FURTHEST + 1), new Uint32Array(2 * FURTHEST + 1)];
  let count = 0;
  for (const log of logs) {
    if (!Number.isFinite(log)) continue;
    below[Math.floor(log) + FURTHEST] += 1;
    above[Math.ceil(log) + FURTHEST] += 1;
    count += 1;
  }
  if (count === 0) return null;
  const low = decadeAt(below, Math.round(trim * (count - 1)));
  return [low, Math.max(low + 1, decadeAt(above, Math.round((1 - trim) * (count - 1))))];
}

/** The decade of the n-th number. @param {Uint32Array} counts @param {number} n */
function decadeAt(counts, n) {
  let passed = 0;
  return (
    counts.findIndex((some) => {
      passed += some;
      return passed > n;
    }) - FURTHEST
  );
}

/**
 * @typedef {{range: Range|null, spare: number}} Followed a range, and for how many calls in a row it had room to spare
 */

/** @type {Followed} */
export const UNFOLLOWED = { range: null, spare: 0 };

/**
 * Follow a range: it grows at once and shrinks by a decade only after `patience` calls that had room to spare.
 *
 * @param {Followed} held @param {Range|null} wanted @param {number} [patience]
 * @returns {Followed}
 */
export function followRange(held, wanted, patience = 60) {
  const { range, spare } = held;
  if (!wanted) return held;
  if (!range) return { range: wanted, spare };
  if (wanted[0] < range[0] || wanted[1] > range[1])
    return { range: [Math.min(range[0], wanted[0]), Math.max(range[1], wanted[1])], spare: 0 };
  const [low, high] = [wanted[0] > range[0] ? 1 : 0, wanted[1] < range[1] ? 1 : 0];
  if (low + high === 0) return { range, spare: 0 };
  return spare + 1 < patience ? { range, spare: spare + 1 } : { range: [range[0] + low, range[1] - high], spare: 0 };
}

/**
 * Follow ranges, and begin anew when what is compared is another.
 *
 * @returns {(key: unknown[], wanted: Range|null, locked?: boolean) => Range|null} a locked one stays, once there is one
 */
export function createKeyedFollower() {
  let held = UNFOLLOWED;
  /** @type {unknown[]} */
  let of = [];
  return (key, wanted, locked = false) => {
    if (locked && held.range) return held.range;
    if (key.length !== of.length || key.some((part, i) => part !== of[i])) held = UNFOLLOWED;
    of = key;
    held = followRange(held, wanted);
    return held.range;
  };
}

/**
 * Ticks at whole decades, evenly spaced, at most `most` spaces between them.
 *
 * @param {Range} range @param {number} [most]
 * @returns {{values: number[], texts: string[]}}
 */
export function decadeTicks([low, high], most = 6) {
  const step = Math.max(1, Math.ceil((high - low) / most));
  const values = [];
  for (let power = Math.ceil(low / step) * step; power <= high; power += step) values.push(power);
  return { values, texts: values.map(formatDecade) };
}
