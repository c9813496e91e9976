/** @file A block's addition in pictures: x, F(x) and their sum for one image, by channel, on one scale. Pure. */
import { formatNumber } from '../scale.js';
import { numberOf } from '../values.js';
import { NARROW } from './axes.js';
import { peakOf } from './blockmaps.js';
import { mapPicture, scaleKey } from './channels.js';
import { node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */

/**
 * Draw the figure, of the last network.
 *
 * @param {{readings: Reading[], block: number, covered?: boolean, width: number, height: number}} shown `block` from 1
 * @returns {Scene}
 */
export function forwardScene({ readings, block, covered = false, width, height }) {
  const reading = readings[readings.length - 1];
  const { maps: found } = reading;
  if (!found) return { width, height, label: `${reading.label}: not measured`, in: [] };
  const { x, branch, sum } = found.maps;
  const peak = peakOf([x, branch, sum]);
  const places = width < NARROW ? narrow(width) : wide(width);
  const { size } = places;
  const name = (/** @type {import('./blockmaps.js').ShownMap|null} */ map, /** @type {boolean} */ hidden) =>
    hidden ? '' : `RMS ${formatNumber(numberOf(map?.rms))}`;
  /** @type {[string, string, import('./blockmaps.js').ShownMap|null, {x: number, y: number}, string, boolean][]} */
  const pictures = [
    ['x', 'plain-ink', x, places.x, 'x', false],
    ['F(x)', 'residual', branch, places.branch, 'F(x)', covered],
    ['x + F(x)', 'plain-ink', sum, places.sum, 'x + F(x)', covered],
  ];
  return {
    width,
    height,
    label: said(reading, block, covered),
    in: [
      words(8, 18, `${reading.label}, block ${block}`, 'strong'),
      ...wires(places, width < NARROW),
      ...pictures.flatMap(([title, tone, map, at, spoken, hidden]) => [
        words(at.x + size / 2, at.y - 9, title, `strong ${tone}`, 'middle'),
        ...mapPicture(map, { ...at, size, peak, name: tone, said: spoken, covered: hidden }),
        words(at.x + size / 2, at.y + size + 17, name(map, hidden), 'axis', 'middle'),
      ]),
      ...image(found, places.image, places.small),
      ...scaleKey({ x: 8, y: height - 30, peak, text: width < NARROW ? 'one scale' : 'one scale for all three' }),
      words(8, height - 8, covered ? '' : difference(found), 'strong'),
    ],
  };
}

/** @param {Reading} reading @param {number} block @param {boolean} covered */
function said({ label, maps }, block, covered) {
  const rms = (/** @type {string} */ name) => formatNumber(numberOf(maps?.maps[name]?.rms));
  if (covered) return `${label}, block ${block}: x, RMS ${rms('x')}; F(x) and the sum are covered`;
  return `${label}, block ${block}: RMS of x ${rms('x')}, of F(x) ${rms('branch')}, of x + F(x) ${rms('sum')}`;
}

/** Whether the sum is the input itself. @param {import('./blockmaps.js').BlockMaps} found */
function difference({ maps: { branch, x, shortcut } }) {
  const bare = shortcut && x && JSON.stringify(shortcut.pixels) === JSON.stringify(x.pixels);
  if (!bare) return '';
  const most = numberOf(branch?.peak);
  return most === 0
    ? 'F is 0 everywhere: the output is the input.'
    : `The sum differs from x by ${formatNumber(most)} at most.`;
}

/** @param {import('./blockmaps.js').BlockMaps} found @param {{x: number, y: number}} at @param {number} size */
function image({ image: { index, label, map } }, at, size) {
  return [
    ...mapPicture(
      { ...map, pixels: map.pixels.slice(0, 1) },
      { ...at, size, peak: peakOf([map]), name: '', said: 'image' },
    ),
    words(at.x + size / 2, at.y + size + 17, `image ${index + 1}`, 'axis', 'middle'),
    words(at.x + size / 2, at.y - 9, `a “${label}”`, 'axis', 'middle'),
  ];
}

/** @param {number} width */
function wide(width) {
  const [small, first] = [78, 124];
  const size = Math.min(178, (width - first - 2 * 46 - 12) / 3);
  const gap = (width - first - 12 - 3 * size) / 2;
  const y = 78;
  const at = (/** @type {number} */ i) => ({ x: first + i * (size + gap), y });
  return { size, small, x: at(0), branch: at(1), sum: at(2), image: { x: 10, y: y + (size - small) / 2 } };
}

/** @param {number} width */
function narrow(width) {
  const size = Math.min(140, (width - 60) / 2);
  const right = width - size - 12;
  return {
    size,
    small: 84,
    x: { x: 12, y: 52 },
    branch: { x: right, y: 52 },
    sum: { x: right, y: 108 + size },
    image: { x: 12 + (size - 84) / 2, y: 108 + size + (size - 84) / 2 },
  };
}

/**
 * The two paths between the pictures.
 *
 * @param {ReturnType<typeof wide>} places @param {boolean} low whether there is no room beside them
 * @returns {Node[]}
 */
function wires({ x, branch, sum, size }, low) {
  if (low)
    return [
      words((x.x + size + branch.x) / 2, x.y + size / 2 + 8, '+', 'large', 'middle'),
      words(sum.x - 16, sum.y + size / 2 + 8, '=', 'large', 'middle'),
    ];
  const y = x.y + size / 2;
  const [from, to, top] = [x.x + size + 12, sum.x - 23, x.y - 32];
  const [a, b] = [round(from), round(to)];
  const path =
    `M${a},${round(y)}V${top + 10}Q${a},${top} ${round(from + 10)},${top}` +
    `H${round(to - 10)}Q${b},${top} ${b},${top + 10}V${round(y - 12)}`;
  return [
    node('path', { d: `M${round(x.x + size)},${round(y)}H${a}M${b},${round(y)}H${round(sum.x)}`, class: 'wire trunk' }),
    node('path', { d: `M${a},${round(y)}H${b}`, class: 'wire residual' }),
    node('path', { d: path, class: 'wire identity' }),
    words((from + to) / 2, top - 8, 'x, unchanged: the identity path', 'name identity', 'middle'),
    node('circle', { cx: round(to), cy: round(y), r: 11, class: 'plus' }),
    node('path', { d: `M${round(to - 7)},${round(y)}h14M${round(to)},${round(y - 7)}v14`, class: 'plus' }),
  ];
}
