/** @file The profile of one network, small: its gradient by block, over that at the last one, on a log scale. Pure. */
import { line, node, round, words } from '../lesson/scene.js';
import { formatDecade, formatNumber } from '../scale.js';

/** @typedef {import('../../wire').NetworkDot} NetworkDot */
/** @typedef {import('../lesson/scene.js').Scene} Scene */

const LEFT = 42;
const RIGHT = 8;
const TOP = 10;
const FOOT = 30;

/**
 * Draw it; texts are 12 high.
 *
 * @param {Pick<NetworkDot, 'profile'>} network @param {{width: number, height: number}} size
 * @returns {Scene}
 */
export function miniatureScene({ profile }, { width, height }) {
  const logs = profile.map((value) => (value !== null && value > 0 ? Math.log10(value) : Number.NaN));
  const known = logs.filter(Number.isFinite);
  const low = Math.min(-1, Math.floor(Math.min(0, ...known)));
  const high = Math.max(1, Math.ceil(Math.max(0, ...known)));
  const floor = height - FOOT;
  const x = (/** @type {number} */ b) =>
    LEFT + 6 + (logs.length > 1 ? b / (logs.length - 1) : 0.5) * (width - LEFT - RIGHT - 12);
  const y = (/** @type {number} */ log) => TOP + ((high - log) / (high - low)) * (floor - TOP);
  let d = '';
  logs.forEach((log, b) => {
    if (Number.isFinite(log)) d += `${d && Number.isFinite(logs[b - 1]) ? 'L' : 'M'}${round(x(b))},${round(y(log))}`;
  });
  const marks = [...new Set([low, 0, high])].filter((at) => at === 0 || Math.abs(y(at) - y(0)) > 14);
  return {
    width,
    height,
    label: miniatureText(profile),
    in: [
      ...marks.map((at) => line(LEFT, y(at), width - RIGHT, y(at), at === 0 ? 'unit' : 'grid')),
      ...marks.map((at) => words(LEFT - 6, y(at) + 4, formatDecade(at), 'tick', 'end')),
      node('path', { d: d || 'M0,0', class: 'curve net' }),
      ...logs.flatMap((log, b) =>
        Number.isFinite(log)
          ? [node('circle', { cx: round(x(b)), cy: round(y(log)), r: b === 0 ? 4 : 1.8, class: 'dot net' })]
          : [],
      ),
      words(x(0), height - FOOT + 15, '1', 'tick', 'middle'),
      words(x(logs.length - 1), height - FOOT + 15, String(logs.length), 'tick', 'middle'),
      words((LEFT + width) / 2, height - 2, 'gradient RMS by block', 'axis', 'middle'),
    ],
  };
}

/** The profile in words. @param {NetworkDot['profile']} profile */
export function miniatureText(profile) {
  const [first] = profile;
  if (first === null || first === undefined) return `gradient at block 1: no finite number`;
  return `gradient RMS at block 1: ${formatNumber(first)} times that at block ${profile.length}`;
}
