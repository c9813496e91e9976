/** @file The networks of a class as dots: depth against the gradient's ratio, norm by symbol, skips by fill. Pure. */
import { formatDecade } from '../scale.js';

/** @typedef {import('../../wire').NetworkDot} NetworkDot */
/** @typedef {{seat: number, name: string, network: NetworkDot}} Placed */
/**
 * @typedef {{seat: number, x: number, y: number, symbol: string, filled: boolean, name: string, label: string}} Dot in
 *   shares of the figure
 */

const ROOM = 0.06;
/** Dots of one column lie so near to each other. */
const NEAR = 0.12;

/** So many of one spot stand side by side; more are a crowd around it, no wider than this. */
const BESIDE = 7;
const CROWD = 0.12;
/** The height is the value: a crowd is wider than it is high. */
const FLAT = 0.6;

/**
 * Place the dots; those on one spot stand beside it at the same height, which is what they were measured at.
 *
 * @param {Placed[]} networks @param {number} [apart] the width of a dot, as a share of the figure's
 * @returns {{dots: Dot[], crowds: {x: number, y: number, count: number}[], depths: {x: number, name: string}[],
 *   ratios: {y: number, name: string}[]}} `crowds`: the upper edges of those that stand around a spot
 */
export function dotsOf(networks, apart = 0.03) {
  const shown = networks.filter(({ network }) => network.ratio !== null && network.ratio > 0);
  if (shown.length === 0) return { dots: [], crowds: [], depths: [], ratios: [] };
  const logs = shown.map(({ network }) => Math.log10(Number(network.ratio)));
  const low = Math.min(-1, Math.floor(Math.min(...logs)));
  const high = Math.max(1, Math.ceil(Math.max(...logs)));
  const depths = [...new Set(shown.map(({ network }) => network.depth))].sort((a, b) => a - b);
  const inside = (/** @type {number} */ share) => ROOM + share * (1 - 2 * ROOM);
  const least = Math.log(depths[0]);
  const wide = Math.log(depths[depths.length - 1]) - least;
  const x = (/** @type {number} */ depth) => inside(wide === 0 ? 0.5 : (Math.log(depth) - least) / wide);
  const y = (/** @type {number} */ log) => inside((high - log) / (high - low));
  /** @type {Map<string, {x: number, y: number, count: number}>} */
  const spots = new Map();
  const places = shown.map(({ network }, i) => {
    const spot = `${network.depth} ${Math.round(logs[i] * 4)}`;
    const here = spots.get(spot) ?? { x: x(network.depth), y: y(logs[i]), count: 0 };
    spots.set(spot, here);
    here.count += 1;
    return { here, before: here.count - 1 };
  });
  const dots = shown.map(({ seat, name, network }, i) => {
    const { here, before } = places[i];
    const [across, down] = here.count > BESIDE ? around(before, here.count, apart) : [beside(before, apart), 0];
    return {
      seat,
      x: here.x + across,
      y: y(logs[i]) + down,
      symbol: network.norm === 'none' ? 'circle' : network.norm === 'batch' ? 'square' : 'diamond',
      filled: network.skips,
      name,
      label: network.label,
    };
  });
  const step = Math.max(1, Math.ceil((high - low) / 6));
  const top = Math.floor(high / step) * step;
  const ratios = Array.from({ length: Math.floor((top - low) / step) + 1 }, (_, i) => top - i * step);
  return {
    dots,
    crowds: [...spots.values()]
      .filter(({ count }) => count > BESIDE)
      .map((crowd) => ({ ...crowd, y: crowd.y - FLAT * reach(crowd.count, apart) })),
    depths: thinned(depths.map((depth) => ({ x: x(depth), name: String(depth) }))),
    ratios: ratios.map((power) => ({ y: y(power), name: formatDecade(power) })),
  };
}

/** To the right, to the left, further to the right. @param {number} before @param {number} apart */
function beside(before, apart) {
  return apart * Math.ceil(before / 2) * (before % 2 === 1 ? 1 : -1);
}

/** How far a crowd reaches. @param {number} count @param {number} apart */
function reach(count, apart) {
  return Math.min(CROWD, 0.6 * apart * Math.sqrt(count));
}

/** In a spiral. @param {number} before @param {number} count @param {number} apart */
function around(before, count, apart) {
  const away = reach(count, apart) * Math.sqrt(before / count);
  return [away * Math.cos(before * 2.4), FLAT * away * Math.sin(before * 2.4)];
}

/**
 * The dot that an arrow key leads to: left and right in the order of depth, up and down in the same column by value.
 *
 * @param {Dot[]} dots @param {number} seat of the dot that has the focus @param {string} key
 */
export function neighbour(dots, seat, key) {
  const order = [...dots].sort((one, other) => one.x - other.x || one.y - other.y || one.seat - other.seat);
  const at = order.findIndex((dot) => dot.seat === seat);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: order.length - 1 }[key];
  if (to !== undefined) return order[to] ?? null;
  if (at < 0 || (key !== 'ArrowUp' && key !== 'ArrowDown')) return null;
  const here = order[at];
  const beyond = order.filter(
    ({ x, y }) => Math.abs(x - here.x) < NEAR && (key === 'ArrowUp' ? y < here.y : y > here.y),
  );
  const far = (/** @type {Dot} */ { y }) => Math.abs(y - here.y);
  return beyond.sort((one, other) => far(one) - far(other))[0] ?? null;
}

/** Leave out names that would touch the one before. @param {{x: number, name: string}[]} marks */
function thinned(marks) {
  /** @type {{x: number, name: string}[]} */
  const found = [];
  for (const mark of marks) if (found.length === 0 || mark.x - found[found.length - 1].x > 0.07) found.push(mark);
  return found;
}
