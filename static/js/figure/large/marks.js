/** @file The marks of a block's pictures: boxes, wires as wide as their share, the addition, numbers. Pure. */
import { node, round, words } from '../lesson/scene.js';

/** @typedef {import('../lesson/scene.js').Node} Node */
/** @typedef {import('./part.js').Part} Part */
/** @typedef {'trunk'|'identity'|'residual'|'plain'|'cut'} Hue */

const THIN = 2;
const THICK = 7;

/**
 * The widths of two paths, each by its share of the larger; thin where nothing was measured.
 *
 * @param {number} residual @param {number} identity
 * @returns {{residual: number, identity: number}}
 */
export function widthsOf(residual, identity) {
  const most = Math.max(...[residual, identity].filter(Number.isFinite), 0);
  const width = (/** @type {number} */ value) =>
    Number.isFinite(value) && most > 0 ? round(THIN + (THICK - THIN) * (value / most)) : THIN;
  return { residual: width(residual), identity: width(identity) };
}

/** @param {string} d @param {Hue} hue @param {number} [width] @returns {Node} */
export function wire(d, hue, width = THIN) {
  return node('path', { d, class: `wire ${hue}`, 'stroke-width': width });
}

/**
 * The point of an arrow.
 *
 * @param {number} x @param {number} y
 * @param {'left'|'up'|'down'} to
 * @param {Hue} hue
 * @param {number} [width] of its wire
 */
export function arrow(x, y, to, hue, width = THIN) {
  const size = round(4 + 0.9 * width);
  const [a, b] = to === 'left' ? [1.4 * size, 0] : [0, to === 'up' ? 1.4 * size : -1.4 * size];
  const [c, d] = to === 'left' ? [0, size] : [size, 0];
  const corner = (/** @type {number} */ sign) => `${round(x + a + sign * c)},${round(y + b + sign * d)}`;
  return node('path', { d: `M${round(x)},${round(y)}L${corner(-1)}L${corner(1)}Z`, class: `tip ${hue}` });
}

/**
 * The addition.
 *
 * @param {number} x @param {number} y
 * @returns {Node[]}
 */
export function plus(x, y) {
  return [
    node('circle', { cx: round(x), cy: round(y), r: 11, class: 'plus' }),
    node('path', { d: `M${round(x - 6)},${round(y)}h12M${round(x)},${round(y - 6)}v12`, class: 'plus' }),
  ];
}

/**
 * A layer's box with its title, and its shape where that has room.
 *
 * @param {Part} part @param {Hue} hue @param {{x: number, y: number, w: number, h: number}} place its middle and size
 * @returns {Node[]}
 */
export function box(part, hue, { x, y, w, h }) {
  const title = textWidth(part.title, 12) < w - 6 ? part.title : part.short;
  const low = h >= 34 && textWidth(part.shape, 10) < w - 4;
  return [
    node('rect', {
      x: round(x - w / 2),
      y: round(y - h / 2),
      width: round(w),
      height: h,
      rx: 6,
      class: `layer ${hue}`,
    }),
    words(x, low ? y - 2 : y + 4, title, 'inside', 'middle'),
    ...(low ? [words(x, y + 12, part.shape, 'shape', 'middle')] : []),
  ];
}

/** About how wide a text is, in pixels. @param {string} text @param {number} size of the type */
export function textWidth(text, size) {
  return text.length * size * 0.58;
}

/** A share of zeros. @param {number} value */
export function percent(value) {
  return `${Number((value * 100).toPrecision(2))} %`;
}
