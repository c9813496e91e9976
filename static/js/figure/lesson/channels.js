/** @file A map as a picture: channels as tiles, a colour by sign and magnitude on a scale that pictures share. Pure. */
import { formatNumber } from '../scale.js';
import { numberOf } from '../values.js';
import { node, round, words } from './scene.js';

/** @typedef {import('./blockmaps.js').ShownMap} ShownMap */
/** @typedef {import('./scene.js').Node} Node */

/** Steps of colour on either side of 0, which has none. */
export const LEVELS = 8;

/**
 * The step of a value: 0 for an exact zero alone, below it for negative ones; null where it is no number.
 *
 * @param {import('../../wire').WireNumber} value @param {number} peak
 */
export function levelOf(value, peak) {
  const number = numberOf(value);
  if (!Number.isFinite(number)) return null;
  if (number === 0) return 0;
  return Math.sign(number) * Math.max(1, Math.min(LEVELS, Math.ceil((Math.abs(number) / peak) * LEVELS)));
}

/**
 * Draw a map in a frame.
 *
 * @param {ShownMap|null} map
 * @param {{x: number, y: number, size: number, peak: number, name: string, said: string, covered?: boolean}} at `name`:
 *   the frame's class
 * @returns {Node[]}
 */
export function mapPicture(map, { x, y, size, peak, name, said, covered = false }) {
  const pad = 5;
  const frame = node('rect', {
    x: round(x),
    y: round(y),
    width: round(size),
    height: round(size),
    rx: 6,
    class: `layer map-frame ${name}`,
  });
  if (covered) return [frame, words(x + size / 2, y + size / 2 + 8, '?', 'large', 'middle')];
  if (!map || map.pixels.length === 0) return [frame, words(x + size / 2, y + size / 2 + 4, 'none', 'axis', 'middle')];
  const across = Math.ceil(Math.sqrt(map.pixels.length));
  const { rows, columns } = map;
  const units = Math.max(across * (columns + 1) - 1, across * (rows + 1) - 1);
  const scale = (size - 2 * pad) / units;
  const tiles = map.pixels.map((_, c) => ({
    left: (c % across) * (columns + 1),
    top: Math.floor(c / across) * (rows + 1),
  }));
  return [
    frame,
    node(
      'g',
      { class: 'map', transform: `translate(${round(x + pad)},${round(y + pad)}) scale(${scale.toFixed(4)})` },
      ...runs(map, tiles, peak),
      ...tiles.map(({ left, top }, c) =>
        node(
          'rect',
          { x: left, y: top, width: columns, height: rows, class: `tile c${c}` },
          node('title', {}, `${said}, channel ${c + 1} of ${map.shape[0]}: RMS ${formatNumber(rmsOf(map.pixels[c]))}`),
        ),
      ),
    ),
  ];
}

/**
 * One path a step of colour, of lines along rows.
 *
 * @param {ShownMap} map @param {{left: number, top: number}[]} tiles @param {number} peak
 */
function runs({ pixels, columns }, tiles, peak) {
  /** @type {Map<string, string>} */
  const paths = new Map();
  pixels.forEach((channel, c) => {
    const { left, top } = tiles[c];
    for (let i = 0; i < channel.length; ) {
      const level = levelOf(channel[i], peak);
      const row = Math.floor(i / columns);
      let end = i + 1;
      while (end < (row + 1) * columns && end < channel.length && levelOf(channel[end], peak) === level) end += 1;
      if (level !== 0) {
        const name = level === null ? 'lost' : level > 0 ? `p${level}` : `n${-level}`;
        paths.set(name, `${paths.get(name) ?? ''}M${left + (i % columns)} ${top + row}h${end - i}`);
      }
      i = end;
    }
  });
  return [...paths].sort().map(([name, d]) => node('path', { d, class: `run ${name}`, transform: 'translate(0,.5)' }));
}

/** @param {import('../../wire').WireNumber[]} channel */
function rmsOf(channel) {
  return Math.sqrt(channel.reduce((/** @type {number} */ sum, one) => sum + numberOf(one) ** 2, 0) / channel.length);
}

/**
 * The scale of several pictures.
 *
 * @param {{x: number, y: number, peak: number, text: string}} at
 * @returns {Node[]}
 */
export function scaleKey({ x, y, peak, text }) {
  const steps = [
    ...Array.from({ length: LEVELS }, (_, i) => `n${LEVELS - i}`),
    'nought',
    ...Array.from({ length: LEVELS }, (_, i) => `p${i + 1}`),
  ];
  const wide = 7;
  const [least, most] = [`−${formatNumber(peak)}`, `+${formatNumber(peak)}`];
  const room = 6.8 * most.length;
  const from = x + room + 5;
  const end = from + steps.length * wide;
  return [
    words(from - 5, y, least, 'axis', 'end'),
    ...steps.map((name, i) =>
      node('rect', { x: round(from + i * wide), y: y - 10, width: wide, height: 12, class: `swatch ${name}` }),
    ),
    words(end + 5, y, most, 'axis'),
    words(end + room + 16, y, text, 'axis'),
  ];
}
