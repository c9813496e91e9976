/** @file One block, large: x, F, the addition, with the measured RMS at each place; a network above the other. Pure. */
import { formatNumber } from '../scale.js';
import { NARROW } from './axes.js';
import { inputOf } from './numbers.js';
import { node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */

const NORMS = /** @type {Record<string, string>} */ ({ batch: 'BatchNorm', group: 'GroupNorm' });
const ACTIVATIONS = /** @type {Record<string, string>} */ ({ relu: 'ReLU', tanh: 'tanh', sigmoid: 'σ' });

/**
 * Draw a basic block of each network, in the order post-activation.
 *
 * @param {{readings: Reading[], block: number, covered?: boolean, width: number, height: number}} shown `block` from 1
 * @returns {Scene}
 */
export function blockScene({ readings, block, covered = false, width, height }) {
  // a block without a skip needs no room for an arc
  const weights = readings.map(({ skips }) => (skips[block - 1] ? 4 : 3));
  const unit = height / weights.reduce((sum, one) => sum + one, 0);
  const tops = weights.map((_, i) => unit * weights.slice(0, i).reduce((sum, one) => sum + one, 0));
  return {
    width,
    height,
    label: readings.map((one) => said(one, block)).join('; '),
    in: readings.flatMap((one, i) => drawn(one, block, covered, width, tops[i], unit * weights[i])),
  };
}

/** @param {Reading} reading @param {number} block */
function said(reading, block) {
  const at = block - 1;
  const [x, f, y] = [inputOf(reading, at), reading.residual[at], reading.activation[at]].map(formatNumber);
  return `${reading.label}, block ${block}: RMS of x ${x}, of F(x) ${f}, of the output ${y}`;
}

/**
 * @param {Reading} reading @param {number} block @param {boolean} covered @param {number} width @param {number} top
 * @param {number} row
 * @returns {Node[]}
 */
function drawn(reading, block, covered, width, top, row) {
  const at = block - 1;
  const on = reading.skips[at];
  const narrow = width < NARROW;
  const norm = NORMS[reading.made.norm];
  const activation = ACTIVATIONS[reading.made.activation] ?? reading.made.activation;
  const layers = ['conv 3×3', ...(norm ? [norm] : []), activation, 'conv 3×3', ...(norm ? [norm] : [])];
  const y = round(top + row * (on ? 0.58 : 0.42));
  const [left, right] = [narrow ? 32 : 70, width - (narrow ? 34 : 90)];
  const [fork, junction] = [left + (narrow ? 14 : 34), right - (narrow ? 62 : 110)];
  const pitch = (junction - fork - (narrow ? 12 : 30)) / layers.length;
  const path = on ? 'residual' : 'plain';
  const number = (/** @type {number} */ value) => (covered ? '?' : formatNumber(value));
  const boxes = layers.flatMap((name, i) => {
    const x = fork + (narrow ? 6 : 16) + pitch * (i + 0.5);
    const wide = Math.min(narrow ? 52 : 104, pitch * 0.84);
    return [
      node('rect', {
        x: round(x - wide / 2),
        y: y - 19,
        width: round(wide),
        height: 38,
        rx: 6,
        class: `layer ${path}`,
      }),
      words(x, y + 4, narrow ? name.replace('conv ', '').replace('Norm', '') : name, 'inside', 'middle'),
    ];
  });
  const arch = y - Math.min(66, row * 0.34);
  return [
    words(narrow ? 8 : 24, top + 20, `${reading.label}, block ${block}`, 'strong'),
    ...(on
      ? [
          node('path', { d: `M${left},${y}H${fork}M${round(junction)},${y}H${right}`, class: 'wire trunk' }),
          node('path', { d: `M${fork},${y}H${round(junction)}`, class: 'wire residual' }),
        ]
      : [node('path', { d: `M${left},${y}H${right}`, class: 'wire plain' })]),
    ...(on
      ? [
          node('path', {
            d: over(fork, junction, y, arch),
            class: 'wire identity',
          }),
          words((fork + junction) / 2, arch - 8, 'x, unchanged: the identity path', 'name identity', 'middle'),
          node('circle', { cx: junction, cy: y, r: 11, class: 'plus' }),
          node('path', { d: `M${junction - 7},${y}h14M${junction},${y - 7}v14`, class: 'plus' }),
        ]
      : []),
    ...boxes,
    node('rect', {
      x: junction + (narrow ? 15 : 30),
      y: y - 15,
      width: narrow ? 40 : 62,
      height: 30,
      rx: 6,
      class: 'layer',
    }),
    words(junction + (narrow ? 35 : 61), y + 4, activation, 'inside', 'middle'),
    words(left, y + 44, 'x', 'strong', 'middle'),
    words(left, y + 61, number(inputOf(reading, at)), 'axis', 'middle'),
    words((fork + junction) / 2, y + 44, 'F(x)', `strong ${path}`, 'middle'),
    words((fork + junction) / 2, y + 61, number(reading.residual[at]), 'axis', 'middle'),
    words(right, y + 44, 'y', 'strong', 'middle'),
    words(right, y + 61, number(reading.activation[at]), 'axis', 'middle'),
    words(
      (fork + junction) / 2,
      y + 82,
      on ? `y = ${activation}(x + F(x))` : `y = ${activation}(F(x))`,
      'formula',
      'middle',
    ),
  ];
}

/**
 * Over the branch.
 *
 * @param {number} a the fork @param {number} b the junction @param {number} y @param {number} top
 */
function over(a, b, y, top) {
  return `M${a},${y}V${top + 10}Q${a},${top} ${a + 10},${top}H${b - 10}Q${b},${top} ${b},${top + 10}V${y}`;
}
