/** @file The place of an explanation: beside its subject, near to the name or sign that opened it. Pure. */

/** @typedef {import('./path.js').Rect} Rect */

const GAP = 10;
const EDGE = 4;

/**
 * Choose the place within bounds and off an anchor that covers the least of a subject; of several the one nearest to
 * the anchor.
 *
 * @param {Rect} anchor
 * @param {Rect} subject
 * @param {{w: number, h: number}} size
 * @param {Rect} bounds
 * @returns {{x: number, y: number}}
 */
export function placeNear(anchor, subject, { w, h }, bounds) {
  const [right, bottom] = [bounds.x + bounds.w - EDGE, bounds.y + bounds.h - EDGE];
  const beside = (/** @type {number} */ from, /** @type {number} */ length, /** @type {number} */ size) => [
    from + length + GAP,
    from - GAP - size,
  ];
  const xs = [
    clamp(anchor.x + anchor.w / 2 - w / 2, bounds.x + EDGE, right - w),
    clamp(anchor.x, bounds.x + EDGE, right - w),
    ...beside(anchor.x, anchor.w, w),
    ...beside(subject.x, subject.w, w),
  ];
  const ys = [
    clamp(anchor.y + anchor.h / 2 - h / 2, bounds.y + EDGE, bottom - h),
    ...beside(anchor.y, anchor.h, h),
    ...beside(subject.y, subject.h, h),
    bounds.y + EDGE,
    bottom - h,
  ];
  const inside = xs
    .flatMap((x) => ys.map((y) => ({ x, y, w, h })))
    .filter(
      (one) =>
        one.x >= bounds.x && one.x + w <= bounds.x + bounds.w && one.y >= bounds.y && one.y + h <= bounds.y + bounds.h,
    );
  const [best] = inside
    .filter((one) => shared(one, anchor) === 0)
    .toSorted((a, b) => shared(a, subject) - shared(b, subject) || distance(anchor, a) - distance(anchor, b));
  return best ?? { x: xs[0], y: ys[0] };
}

/** The area that two areas share. @param {Rect} a @param {Rect} b */
function shared(a, b) {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return Math.max(0, w) * Math.max(0, h);
}

/** The distance of two areas from edge to edge. @param {Rect} a @param {Rect} b */
function distance(a, b) {
  const dx = Math.max(0, a.x - b.x - b.w, b.x - a.x - a.w);
  const dy = Math.max(0, a.y - b.y - b.h, b.y - a.y - a.h);
  return Math.hypot(dx, dy);
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
