/** @file The place of a tooltip: beside its subject and the neighbours, never over them. Pure. */

/** @typedef {import('./path.js').Rect} Rect */
/** @typedef {import('./layout.js').Layout} Layout */

const GAP = 10;
const EDGE = 4;
/** Blocks beside each other in a row or a column are no further apart than so many of their sizes. */
const NEAR = 1.5;

/**
 * The area of a block, of those before and behind it where they stand beside it, and of the same blocks of every other
 * network.
 *
 * @param {Layout} layout
 * @param {number} block
 * @returns {Rect|null} null where it is not drawn
 */
export function neighbourhoodOf({ blocks, switches }, block) {
  const same = blocks.filter((one) => one.block === block);
  if (same.length === 0) return null;
  const near = blocks.filter((one) => same.some((own) => own.variant === one.variant && isBeside(one, own)));
  const arcs = switches.filter((arc) => near.some((one) => one.variant === arc.variant && one.block === arc.block));
  return around([...near, ...arcs]);
}

/**
 * Choose a place that keeps off: to the right, to the left, below, above, whichever fits; else where most fits.
 *
 * @param {Rect} keep
 * @param {{w: number, h: number}} size
 * @param {Rect} bounds
 * @returns {{x: number, y: number}}
 */
export function placeBeside(keep, { w, h }, bounds) {
  const right = bounds.x + bounds.w - EDGE;
  const bottom = bounds.y + bounds.h - EDGE;
  const x = clamp(keep.x + keep.w / 2 - w / 2, bounds.x + EDGE, right - w);
  const y = clamp(keep.y + keep.h / 2 - h / 2, bounds.y + EDGE, bottom - h);
  const places = [
    { x: keep.x + keep.w + GAP, y },
    { x: keep.x - GAP - w, y },
    { x, y: keep.y + keep.h + GAP },
    { x, y: keep.y - GAP - h },
  ];
  const outside = (/** @type {{x: number, y: number}} */ at) =>
    Math.max(0, bounds.x - at.x) +
    Math.max(0, at.x + w - right - EDGE) +
    Math.max(0, bounds.y - at.y) +
    Math.max(0, at.y + h - bottom - EDGE);
  return places.reduce((best, one) => (outside(one) < outside(best) ? one : best));
}

/** @param {Rect[]} rects @returns {Rect} */
function around(rects) {
  const x = Math.min(...rects.map((one) => one.x));
  const y = Math.min(...rects.map((one) => one.y));
  return {
    x,
    y,
    w: Math.max(...rects.map((one) => one.x + one.w)) - x,
    h: Math.max(...rects.map((one) => one.y + one.h)) - y,
  };
}

/** @typedef {import('./layout.js').BlockPlace} BlockPlace */
/** @param {BlockPlace} one @param {BlockPlace} own */
function isBeside(one, own) {
  const [dx, dy] = [Math.abs(one.x - own.x), Math.abs(one.y - own.y)];
  const inLine = (dy < 1 && dx <= NEAR * own.w) || (dx < 1 && dy <= NEAR * own.h);
  return Math.abs(one.block - own.block) <= 1 && inLine;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
