/**
 * @file Paths in flow coordinates: u runs along the flow of the network, v across it. One code draws rows
 * (u to the right) and columns (u downwards).
 */

/** @typedef {'right'|'down'} Flow */
/** @typedef {['M'|'L', number, number] | ['C', number, number, number, number, number, number]} Segment */
/** @typedef {{d: string, length: number}} Path in page coordinates, with its length in pixels */
/** @typedef {{x: number, y: number, w: number, h: number}} Rect */

/** @param {number} value */
export function round(value) {
  return Math.round(value * 100) / 100;
}

/** @param {Flow} flow @param {number} u @param {number} v @returns {[number, number]} x and y */
export function point(flow, u, v) {
  return flow === 'right' ? [round(u), round(v)] : [round(v), round(u)];
}

/**
 * Make a rectangle from its start and its extent in flow coordinates.
 *
 * @param {Flow} flow @param {number} u @param {number} v @param {number} along @param {number} across
 * @returns {Rect}
 */
export function rect(flow, u, v, along, across) {
  const [x, y] = point(flow, u, v);
  const [w, h] = point(flow, along, across);
  return { x, y, w, h };
}

/** @param {Flow} flow @param {Segment[]} segments @returns {Path} */
export function path(flow, segments) {
  const parts = [];
  let length = 0;
  let [u, v] = [0, 0];
  for (const segment of segments) {
    const [command, ...numbers] = segment;
    const pairs = [];
    for (let i = 0; i < numbers.length; i += 2) pairs.push(point(flow, numbers[i], numbers[i + 1]).join(','));
    parts.push(`${command}${pairs.join(' ')}`);
    const [endU, endV] = numbers.slice(-2);
    if (segment[0] === 'L') length += Math.hypot(endU - u, endV - v);
    if (segment[0] === 'C') length += curveLength([u, v, ...numbers]);
    [u, v] = [endU, endV];
  }
  return { d: parts.join(' '), length: round(length) };
}

/** @param {number[]} c start, two control points and end of a cubic */
function curveLength(c) {
  const steps = 24;
  let length = 0;
  let [x, y] = [c[0], c[1]];
  for (let i = 1; i <= steps; i += 1) {
    const t = i / steps;
    const s = 1 - t;
    const weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
    const nextX = weights.reduce((sum, w, k) => sum + w * c[2 * k], 0);
    const nextY = weights.reduce((sum, w, k) => sum + w * c[2 * k + 1], 0);
    length += Math.hypot(nextX - x, nextY - y);
    [x, y] = [nextX, nextY];
  }
  return length;
}

/** How far a cubic's control points lie from its ends to draw a quarter of an ellipse. */
const ROUND = 0.4477;

/**
 * Draw an arc from one place of the trunk to another: out, along, back.
 *
 * @param {Flow} flow
 * @param {number} from u where it leaves
 * @param {number} to u where it comes back
 * @param {number} v of the trunk
 * @param {number} reach signed distance of the far side from the trunk
 * @param {number} stop distance from the trunk at which it ends (the junction's rim)
 * @param {{along: number, across: number}} corner radii
 */
export function arc(flow, from, to, v, reach, stop, corner) {
  const sign = Math.sign(reach);
  const across = sign * Math.min(corner.across, Math.abs(reach) - stop);
  const along = Math.min(corner.along, (to - from) / 2);
  const far = v + reach;
  return path(flow, [
    ['M', from, v],
    ['L', from, far - across],
    ['C', from, far - across * ROUND, from + along * ROUND, far, from + along, far],
    ['L', to - along, far],
    ['C', to - along * ROUND, far, to, far - across * ROUND, to, far - across],
    ['L', to, v + sign * stop],
  ]);
}

/**
 * Draw the way from the end of one row to the start of the next through the gap between them.
 *
 * @param {Flow} flow
 * @param {[number, number]} from u and v
 * @param {[number, number]} to u and v
 * @param {{out: number, gap: number, back: number}} channel u where it turns out, v of the gap, u where it turns in
 */
export function snake(flow, from, to, channel) {
  const { out, gap, back } = channel;
  const r = Math.max(
    0,
    Math.min(6, (out - from[0]) / 2, Math.abs(gap - from[1]) / 2, (to[0] - back) / 2, Math.abs(to[1] - gap) / 2),
  );
  const k = r * ROUND;
  return path(flow, [
    ['M', from[0], from[1]],
    ['L', out - r, from[1]],
    ['C', out - k, from[1], out, from[1] + k, out, from[1] + r],
    ['L', out, gap - r],
    ['C', out, gap - k, out - k, gap, out - r, gap],
    ['L', back + r, gap],
    ['C', back + k, gap, back, gap + k, back, gap + r],
    ['L', back, to[1] - r],
    ['C', back, to[1] - k, back + k, to[1], back + r, to[1]],
    ['L', to[0], to[1]],
  ]);
}
