/**
 * @file A block's equation, with the measured number under each term. `termsOf` is pure; `equation` draws it in MathML.
 */

import { isDropped } from '../../figure/facts.js';
import { drawnBatch, drawnVariants } from '../../figure/measured.js';
import { isBeside, overDepth, projectionOf, shortcutFactor } from '../../figure/net.js';
import { formatNumber } from '../../figure/scale.js';
import { math } from '../dom.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').Architecture} Architecture */

/**
 * @typedef {{symbol: string, under: string, hue: 'identity'|'residual'|'plain'|null}} Term
 * @typedef {{left: Term, terms: Term[], wrap: string|null}} Equation `wrap`: a function around the sum
 */

const ACTIVATIONS = /** @type {Record<string, string>} */ ({
  relu: 'ReLU',
  leaky_relu: 'LReLU',
  gelu: 'GELU',
  silu: 'SiLU',
  tanh: 'tanh',
  sigmoid: 'σ',
});

/**
 * The shortcut's term: the layer that brings x to the shape of F(x), and its weight.
 *
 * @param {Architecture} a
 * @param {''|'pad'|'1×1'} projection
 * @param {import('../state/state.js').Block} block
 */
function shortcutSymbol(a, projection, block) {
  if (a.block === 'repvgg') return isBeside(block, a) ? '(BN x + BN W x)' : 'BN W x';
  const x = { '': 'x', pad: 'pad(x)', '1×1': 'W x' }[projection];
  switch (a.shortcut) {
    case 'constant_scaling':
    case 'decayed':
      return `${formatNumber(shortcutFactor(a, block.name))}·${x}`;
    case 'exclusive_gating':
    case 'shortcut_only_gating':
      return `(1−g(x))·${x}`;
    case 'dropout':
      return `dropout(${x})`;
    default:
      return x;
  }
}

/** The branch's term; without a shortcut nothing weighs it. @param {Architecture} a @param {boolean} on */
function branchSymbol(a, on) {
  if (on && a.shortcut === 'exclusive_gating') return 'g(x)·F(x)';
  const scaled = on && a.shortcut === 'constant_scaling' && a.residual_scale !== 1;
  return `${scaled ? `${formatNumber(a.residual_scale)}·` : ''}F(x)${on ? overDepth(a) : ''}`;
}

/** The function of the sum. @param {Architecture} a @returns {string|null} */
function wrapOf(a) {
  const activation = ACTIVATIONS[a.activation] ?? a.activation;
  if (a.order === 'post_activation') return activation;
  return a.order === 'bn_after_addition' ? `${activation}∘${a.norm === 'group' ? 'GN' : 'BN'}` : null;
}

/**
 * Write the forward and the backward equation of a block, with the numbers of the step on screen.
 *
 * @param {State} state @param {number} v @param {number} b
 * @returns {{forward: Equation, backward: Equation}}
 */
export function termsOf(state, v, b) {
  const variant = drawnVariants(state)[v];
  const values = state.values[v];
  const a = variant.architecture;
  const block = variant.summary.graph.blocks[b];
  const on = variant.skips[b];
  const tap = variant.taps.indexOf(variant.blocks[b]);
  const number = (/** @type {number|undefined} */ value) => formatNumber(value ?? NaN);
  // parts of a gradient are measured as L2 norms; as RMS they compare with gradients elsewhere
  const root = Math.sqrt(drawnBatch(state) * block.input_shape.reduce((product, size) => product * size, 1));
  const ofBranch = isDropped(state, v, block.name) ? () => 'dropped' : number;
  const scaled = on && (variant.strength[b] ?? 1) !== 1 ? `${formatNumber(variant.strength[b])}·` : '';

  /** @type {Term} */
  const branch = {
    symbol: branchSymbol(a, on),
    under: ofBranch(values.residual_rms[b]),
    hue: on ? 'residual' : 'plain',
  };
  /** @type {Term} */
  const skip = {
    symbol: scaled + shortcutSymbol(a, projectionOf(block, a), block),
    under: number(values.identity_rms[b]),
    hue: 'identity',
  };
  /** @type {Term} */
  const gradientBranch = {
    symbol: on ? 'through F' : 'through F only',
    under: ofBranch(values.residual_gradient_norm[b] / root),
    hue: on ? 'residual' : 'plain',
  };
  /** @type {Term} */
  const gradientSkip = {
    symbol: 'through the skip',
    under: number(values.identity_gradient_norm[b] / root),
    hue: 'identity',
  };
  return {
    forward: {
      left: { symbol: 'y', under: number(values.activation_rms[tap]), hue: null },
      terms: on ? [branch, skip] : [branch],
      wrap: wrapOf(a),
    },
    backward: {
      left: { symbol: '∂L/∂x', under: '', hue: null },
      terms: on ? [gradientBranch, gradientSkip] : [gradientBranch],
      wrap: null,
    },
  };
}

/** @param {Term} term */
function termNode({ symbol, under, hue }) {
  const top = math(
    'mrow',
    { class: hue ? `term-${hue}` : null },
    math(/^[a-zA-Z∂]/.test(symbol) && symbol.length === 1 ? 'mi' : 'mtext', {}, symbol),
  );
  return under
    ? math(
        'munder',
        {},
        math('mpadded', { height: '0.8em', depth: '0.3em' }, top),
        math('mtext', { class: 'term-number' }, under),
      )
    : top;
}

/**
 * Draw an equation in MathML.
 *
 * @param {Equation} equation
 */
export function equation({ left, terms, wrap }) {
  const sum = terms.flatMap((term, i) => [...(i > 0 ? [math('mo', {}, '+')] : []), termNode(term)]);
  const right = wrap
    ? [math('mtext', {}, wrap), math('mo', { stretchy: 'false' }, '('), ...sum, math('mo', { stretchy: 'false' }, ')')]
    : sum;
  return math('math', { display: 'block' }, math('mrow', {}, termNode(left), math('mo', {}, '='), ...right));
}
