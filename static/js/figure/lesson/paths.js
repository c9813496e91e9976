/**
 * @file A block's gradient in pictures: the part that arrives by the identity, the part through F, and their sum, with
 *   the share of either on a bar. Pure.
 */
import { formatNumber } from '../scale.js';
import { numberOf } from '../values.js';
import { NARROW } from './axes.js';
import { peakOf } from './blockmaps.js';
import { mapPicture, scaleKey } from './channels.js';
import { textOf } from './numbers.js';
import { box, line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./blockmaps.js').BlockMaps} BlockMaps */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */

const APART = 0.005;

/**
 * Draw the figure, of the last network.
 *
 * @param {{readings: Reading[], base?: Reading[], guess?: number|null, block: number, covered?: boolean, width: number,
 *   height: number}} shown `block` from 1; `guess`: the reader's share, from 0 to 1; `base`: before a control was moved
 * @returns {Scene}
 */
export function pathScene({ readings, base = [], guess = null, block, covered = false, width, height }) {
  const reading = readings[readings.length - 1];
  const { maps: found } = reading;
  if (!found) return { width, height, label: `${reading.label}: not measured`, in: [] };
  const low = width < NARROW;
  const { grad_x, grad_identity, grad_branch, grad_sum } = found.maps;
  const peak = peakOf([grad_x, grad_identity, grad_branch, grad_sum]);
  const places = low ? narrow(width) : wide(width);
  const { size } = places;
  /** @type {[string, string, import('./blockmaps.js').ShownMap|null, {x: number, y: number}, string, boolean][]} */
  const pictures = [
    [low ? '∂L/∂x, their sum' : '∂L/∂x', 'plain-ink', grad_x, places.x, 'gradient at x', false],
    [
      low ? lowBridge(found.strength) : 'by the identity',
      'identity',
      grad_identity,
      places.identity,
      'part by the identity',
      covered,
    ],
    ['through F', 'residual', grad_branch, places.branch, 'part through F', covered],
    [low ? '∂L/∂s, at the addition' : '∂L/∂s', 'plain-ink', grad_sum, places.sum, 'gradient at the addition', false],
  ];
  const before = base[base.length - 1]?.maps?.share;
  return {
    width,
    height,
    label: said(reading, block, covered),
    in: [
      words(8, 18, `${reading.label}, block ${block}, backwards`, 'strong'),
      ...wires(places, low, found.strength),
      ...pictures.flatMap(([title, tone, map, at, spoken, hidden]) => [
        words(at.x + size / 2, at.y - 9, title, `strong ${tone}`, 'middle'),
        ...mapPicture(map, { ...at, size, peak, name: tone, said: spoken, covered: hidden }),
        words(
          at.x + size / 2,
          at.y + size + 17,
          hidden ? '' : `RMS ${formatNumber(numberOf(map?.rms))}`,
          'axis',
          'middle',
        ),
      ]),
      ...shares(found.share, { guess, before, covered, width, y: places.bar }),
      ...scaleKey({ x: 8, y: height - 8, peak, text: low ? 'one scale' : 'one scale for all four pictures' }),
    ],
  };
}

/** @param {Reading} reading @param {number} block @param {boolean} covered */
function said({ label, maps }, block, covered) {
  const rms = (/** @type {string} */ name) => formatNumber(numberOf(maps?.maps[name]?.rms));
  const whole = `${label}, block ${block}: RMS of the gradient at x ${rms('grad_x')}`;
  if (covered) return `${whole}; its two parts are covered`;
  const parts = `of its part by the identity ${rms('grad_identity')}, of its part through F ${rms('grad_branch')}`;
  return `${whole}, ${parts}; the identity's share is ${percent(maps?.share ?? NaN)}`;
}

/**
 * The bar of both shares, the reader's answer over it.
 *
 * @param {number|null} share
 * @param {{guess: number|null, before: number|null|undefined, covered: boolean, width: number, y: number}} at
 * @returns {Node[]}
 */
function shares(share, { guess, before, covered, width, y }) {
  const [left, right, tall] = [10, width - 14, 30];
  const x = (/** @type {number} */ part) => left + Math.min(1, Math.max(0, part)) * (right - left);
  const known = !covered && share !== null && Number.isFinite(share);
  const edge = x(known ? share : 0);
  const note = (/** @type {number} */ part, /** @type {string} */ text, /** @type {string} */ name) => [
    words(x(part), y + tall + 17, text, name, part > 0.7 ? 'end' : part < 0.3 ? 'start' : 'middle'),
  ];
  const moved = known && typeof before === 'number' && Math.abs(before - share) > APART;
  return [
    words(left, y - 10, 'Share of ∂L/∂x', 'strong'),
    ...(known
      ? [
          box(left, y, edge - left, tall, 'share identity'),
          box(edge, y, right - edge, tall, 'share residual'),
          words(right, y - 10, parted(share, width < NARROW), 'strong', 'end'),
        ]
      : [
          box(left, y, right - left, tall, 'cover'),
          words((left + right) / 2, y + 20, covered ? 'Covered until you commit' : 'not measured', 'strong', 'middle'),
        ]),
    ...(moved
      ? [
          line(x(before), y - 3, x(before), y + tall + 3, 'halo'),
          line(x(before), y - 3, x(before), y + tall + 3, 'before-mark'),
          ...note(before, `before: ${percent(before)}`, 'axis'),
        ]
      : []),
    ...(guess === null
      ? []
      : [
          line(x(guess), y - 5, x(guess), y + tall + 5, 'halo'),
          node('path', { d: `M${round(x(guess))},${y - 5}V${y + tall + 5}`, class: 'yours' }),
          ...note(guess, `you: ${percent(guess)}`, 'you'),
        ]),
    ...(moved || guess !== null ? [] : [0, 0.5, 1].flatMap((at) => note(at, percent(at), 'tick'))),
  ];
}

/** @param {number} share @param {boolean} low */
function parted(share, low) {
  const by = low ? 'identity' : 'by the identity';
  return `${by} ${percent(share)}, ${low ? 'F' : 'through F'} ${percent(1 - share)}`;
}

/** @param {number} share */
function percent(share) {
  return textOf('identity_share', share);
}

/** @param {number} width */
function wide(width) {
  const size = Math.min(160, (width - 3 * 44 - 24) / 4);
  const gap = (width - 24 - 4 * size) / 3;
  const at = (/** @type {number} */ i) => ({ x: 10 + i * (size + gap), y: 58 });
  return { size, x: at(0), identity: at(1), branch: at(2), sum: at(3), bar: 58 + size + 92 };
}

/** @param {number} width */
function narrow(width) {
  const size = Math.min(134, (width - 60) / 2);
  const right = width - size - 12;
  const lower = 104 + size;
  return {
    size,
    identity: { x: 12, y: 52 },
    branch: { x: right, y: 52 },
    x: { x: 12, y: lower },
    sum: { x: right, y: lower },
    bar: lower + size + 60,
  };
}

/**
 * The two ways back: from the addition to either part, and the signs between the pictures.
 *
 * @param {ReturnType<typeof wide>} places @param {boolean} low @param {number} strength of the bridge
 * @returns {Node[]}
 */
function wires({ x, identity, branch, sum, size }, low, strength) {
  if (low) return [words((identity.x + size + branch.x) / 2, identity.y + size / 2 + 8, '+', 'large', 'middle')];
  const y = x.y + size / 2;
  const [from, to, under] = [sum.x + size / 2, identity.x + size / 2, x.y + size + 52];
  const start = x.y + size + 26;
  const [a, b] = [round(from), round(to)];
  const d =
    `M${a},${start}V${under - 10}Q${a},${under} ${round(from - 10)},${under}` +
    `H${round(to + 10)}Q${b},${under} ${b},${under - 10}V${start + 4}`;
  const off = strength === 0;
  return [
    words((x.x + size + identity.x) / 2, y + 8, '=', 'large', 'middle'),
    words((identity.x + size + branch.x) / 2, y + 8, '+', 'large', 'middle'),
    node('path', { d: `M${round(sum.x)},${round(y)}H${round(branch.x + size + 6)}`, class: 'wire residual' }),
    head(branch.x + size + 4, y, 'left', 'residual'),
    node('path', { d, class: `wire identity${off ? ' off' : ''}` }),
    ...(off ? [] : [head(to, start + 2, 'up', 'identity')]),
    words((from + to) / 2, under - 9, bridge(strength), 'name identity', 'middle'),
  ];
}

/** @param {number} strength */
function lowBridge(strength) {
  return strength === 1 ? 'by identity' : `identity × ${strength}`;
}

/** @param {number} strength */
function bridge(strength) {
  if (strength === 1) return '∂L/∂s, unchanged';
  return strength === 0 ? 'the bridge is at 0: nothing passes' : `∂L/∂s times ${strength}`;
}

/** @param {number} x @param {number} y @param {'left'|'up'} to @param {string} name */
function head(x, y, to, name) {
  const d =
    to === 'left'
      ? `M${round(x + 10)},${round(y - 7)}L${round(x)},${round(y)}l10,7`
      : `M${round(x - 7)},${round(y + 10)}L${round(x)},${round(y)}l7,10`;
  return node('path', { d, class: `wire thin ${name}` });
}
