/** @file The place of an explanation: beside its subject, near to the name or sign that opened it. Pure. */

/** @typedef {import('./path.js').Rect} Rect */

const GAP = 10;
const EDGE = 4;

/**
 * Choose the place nearest to an anchor that lies within bounds and keeps off the anchor and a subject; off the anchor
 * alone where the subject leaves no room.
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
  ];
  const inside = xs
    .flatMap((x) => ys.map((y) => ({ x, y, w, h })))
    .filter(
      (one) =>
        one.x >= bounds.x && one.x + w <= bounds.x + bounds.w && one.y >= bounds.y && one.y + h <= bounds.y + bounds.h,
    );
  const clear = inside.filter((one) => !meets(one, anchor));
  const best =
    nearestTo(
      anchor,
      clear.filter((one) => !meets(one, subject)),
    ) ?? nearestTo(anchor, clear);
  return best ?? { x: xs[0], y: ys[0] };
}

/** @param {Rect} a @param {Rect} b */
function meets(a, b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** The distance of two areas from edge to edge. @param {Rect} a @param {Rect} b */
function distance(a, b) {
  const dx = Math.max(0, a.x - b.x - b.w, b.x - a.x - a.w);
  const dy = Math.max(0, a.y - b.y - b.h, b.y - a.y - a.h);
  return Math.hypot(dx, dy);
}

/** @param {Rect} anchor @param {Rect[]} rects @returns {Rect|undefined} */
function nearestTo(anchor, rects) {
  return rects.toSorted((a, b) => distance(anchor, a) - distance(anchor, b))[0];
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
