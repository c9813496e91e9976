/** @file One block's maps in a reading: pictures of its tensors, and how both parts of its gradient lie. Pure. */
import { numberOf } from '../values.js';

/** @typedef {import('../../wire').WireNumber} WireNumber */
/** @typedef {import('../../wire').MappedVariant} MappedVariant */
/**
 * @typedef {object} ShownMap channels of one image at one place
 * @property {number[]} shape of the whole: channels, height, width
 * @property {number} rows
 * @property {number} columns
 * @property {WireNumber} rms over the batch
 * @property {WireNumber} norm over the batch
 * @property {WireNumber} peak the largest magnitude in the image
 * @property {WireNumber[][]} pixels a list a channel, line by line
 */
/**
 * @typedef {object} BlockMaps
 * @property {string} block its name
 * @property {number} strength of its shortcut; 0 where it is cut
 * @property {number|null} share of the gradient that arrives by the shortcut; null where there is none
 * @property {{index: number, label: number, map: ShownMap}} image
 * @property {Record<string, ShownMap|null>} maps
 */

/** The maps that a figure shows. @type {Record<string, string[]>} */
const SHOWN = {
  maps: ['x', 'shortcut', 'branch', 'sum'],
  paths: ['grad_sum', 'grad_identity', 'grad_branch', 'grad_x'],
};
const DIGITS = 3;

/** Read the wire's maps of a network. @param {MappedVariant} mapped @returns {BlockMaps} */
export function mapsOf({ block, skip, strength, identity_share: share, image, maps }) {
  return {
    block,
    strength: skip ? strength : 0,
    share: skip ? (share === null ? null : numberOf(share)) : 0,
    image: { index: image.index, label: image.label, map: image.map },
    maps: { ...maps },
  };
}

/** The maps of a figure, with as many digits as a picture shows. @param {BlockMaps} of @param {string} show */
export function keptMaps({ maps, image, ...rest }, show) {
  const own = SHOWN[show] ?? [];
  return {
    ...rest,
    image: { ...image, map: short(image.map) },
    maps: Object.fromEntries(own.map((name) => [name, maps[name] ? short(maps[name]) : null])),
  };
}

/** @param {ShownMap} map @returns {ShownMap} */
function short({ shape, rows, columns, rms, norm, peak, pixels }) {
  const rounded = (/** @type {WireNumber} */ one) => (typeof one === 'number' ? Number(one.toPrecision(DIGITS)) : one);
  return { shape, rows, columns, rms, norm, peak, pixels: pixels.map((channel) => channel.map(rounded)) };
}

/** The largest magnitude of several maps, for one scale. @param {(ShownMap|null|undefined)[]} maps */
export function peakOf(maps) {
  return Math.max(0, ...maps.flatMap((map) => (map ? [numberOf(map.peak)] : [])).filter(Number.isFinite));
}

/**
 * A number read off a block's maps; NaN where it does not apply.
 *
 * - identity_share: the share of the gradient that arrives by the shortcut.
 * - identity_norm: that part's norm over the norm of the whole.
 * - squares: both parts' squared norms, added, over that of the whole; 1 where the parts stand at right angles.
 * - likeness: the cosine between x and x + F(x).
 *
 * @param {string} name @param {BlockMaps} of
 */
export function mapNumber(name, { maps, share }) {
  const size = (/** @type {string} */ place) => numberOf(maps[place]?.norm);
  if (name === 'identity_share') return share ?? NaN;
  if (name === 'identity_norm') return size('grad_identity') / size('grad_x');
  if (name === 'squares') return (size('grad_identity') ** 2 + size('grad_branch') ** 2) / size('grad_x') ** 2;
  const [x, branch, sum] = ['x', 'branch', 'sum'].map(size);
  return (x ** 2 + sum ** 2 - branch ** 2) / (2 * x * sum);
}

/** The numbers that are read off a block's maps. */
export const MAP_NUMBERS = ['identity_share', 'identity_norm', 'squares', 'likeness'];
