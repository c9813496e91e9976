/** @file One block with all that was measured in it, as the pictures of a block read it. Pure. */
import { layersOf } from '../ends.js';
import { isDropped, shape } from '../facts.js';
import { drawnBatch, drawnVariants } from '../measured.js';
import { projectionOf, shortcutFactor } from '../net.js';
import { formatNumber } from '../scale.js';
import { partOf } from './part.js';

/** @typedef {import('../../view/state/state.js').State} State */
/** @typedef {import('../../view/state/state.js').Variant} Variant */
/** @typedef {import('../../view/state/state.js').Layer} Layer */
/** @typedef {import('./part.js').Part} Part */

/**
 * @typedef {object} Place a tensor; NaN for what was not measured of it
 * @property {string} name
 * @property {string} shape
 * @property {number} rms
 * @property {number} gradient RMS of the loss' gradient there
 */
/**
 * @typedef {object} Reading
 * @property {string} label of the network
 * @property {import('../networks.js').Letter} letter
 * @property {string} name of the block
 * @property {number} index from 0
 * @property {string} kind in words
 * @property {boolean} on whether the skip is connected
 * @property {boolean} dropped whether F was not computed in this step
 * @property {number} strength of the shortcut
 * @property {boolean} bare whether the shortcut hands on x itself
 * @property {string} bridge what the shortcut does to x, in words
 * @property {Part[]} before layers before the paths part
 * @property {Part[]} branch
 * @property {Part[]} shortcut
 * @property {Part[]} after layers after the addition
 * @property {Place} x
 * @property {Place} fork the tensor that parts: x, or what the layers before it make of it
 * @property {Place} f F(x) as it is added, and the part of the gradient that arrives through F
 * @property {Place} skip the shortcut's output as it is added, and the part that arrives through it
 * @property {Place} sum
 * @property {Place} y
 */

/** Layers inside a gate or a squeeze-and-excitation, which stand for themselves in one part. */
const INNER = /\.(se|gate)\.(?!residual$|shortcut$)/;
const ORDERS = /** @type {Record<string, string>} */ ({
  bn_after_addition: 'norm after the addition',
  relu_before_addition: 'activation before the addition',
  relu_only_preactivation: 'activation-only pre-activation',
  pre_activation: 'pre-activation',
});

/**
 * Read a block at the step on screen.
 *
 * @param {State} state @param {number} v the network @param {number} b the block, from 0
 * @returns {Reading}
 */
export function readBlock(state, v, b) {
  const variant = drawnVariants(state)[v];
  const values = state.values[v];
  const { summary, architecture: a } = variant;
  const block = summary.graph.blocks[b];
  const on = variant.skips[b] ?? false;
  const strength = variant.strength[b] ?? 1;
  const layers = layersOf(variant, block.name).filter(({ name }) => !INNER.test(name));
  const taps = new Map(summary.graph.taps.map((tap) => [tap.module, variant.taps.indexOf(tap.name)]));
  const gates = /^(exclusive|shortcut_only)_gating$/.test(a.shortcut);
  const parts = (/** @type {Layer[]} */ list) =>
    list.map((layer) => partOf(layer, a, values, taps.get(layer.name) ?? -1, variant.weights.indexOf(layer.name)));
  const trunk = layers.filter(({ path, type }) => path === 'trunk' && type !== 'add');
  const first = layers.findIndex(({ path }) => path === 'residual');
  const before = trunk.filter((layer) => layers.indexOf(layer) < first);
  const after = trunk.filter((layer) => layers.indexOf(layer) > first);
  const shortcut = on
    ? layers.filter(({ path, type }) => (path === 'identity' || path === 'projection') && type !== 'add')
    : [];
  // gating decides on the branch too, also where the summary is of the block without its skip
  const branch = layers.filter(({ path, type }) => path === 'residual' && (on || type !== 'gate'));

  const at = (/** @type {number|undefined} */ tap) => ({
    rms: values.activation_rms[tap ?? -1] ?? NaN,
    gradient: values.gradient_rms[tap ?? -1] ?? NaN,
  });
  const root = Math.sqrt(drawnBatch(state) * block.input_shape.reduce((product, size) => product * size, 1));
  const [input, output] = [shape(block.input_shape), shape(block.output_shape)];
  const changes = projectionOf(block, a);
  const bare = on && shortcut.length === 0 && strength === 1 && !gates && changes === '';
  const entering = summary.layers[summary.layers.findIndex(({ name }) => name === block.layers[0]) - 1];
  const x = { name: 'x', shape: input, ...at(taps.get(entering?.block ?? entering?.name ?? '')) };
  if (Number.isNaN(x.rms) && bare && before.length === 0) x.rms = values.identity_rms[b];
  const last = before.findLast(({ name }) => taps.has(name));
  const y = { name: 'y', shape: output, ...at(variant.taps.indexOf(block.name)) };
  return {
    label: variant.label,
    letter: variant.letter,
    name: block.name,
    index: b,
    kind: kindOf(variant),
    on,
    dropped: isDropped(state, v, block.name),
    strength,
    bare,
    bridge: bridgeOf(parts(shortcut), { bare, changes, a, name: block.name, strength }),
    before: parts(before),
    branch: parts(branch),
    shortcut: parts(shortcut),
    after: parts(after),
    x,
    fork: last ? { name: 'x', shape: input, ...at(taps.get(last.name)) } : x,
    f: {
      name: 'F(x)',
      shape: output,
      rms: values.residual_rms[b] ?? NaN,
      gradient: (values.residual_gradient_norm[b] ?? NaN) / root,
    },
    skip: {
      name: bare ? 'x' : 'shortcut',
      shape: output,
      rms: values.identity_rms[b] ?? NaN,
      gradient: (values.identity_gradient_norm[b] ?? NaN) / root,
    },
    sum: after.length > 0 ? { name: 's', shape: output, rms: NaN, gradient: NaN } : y,
    y,
  };
}

/** @param {Variant} variant */
function kindOf({ architecture: { block, order, squeeze_excitation: se } }) {
  const name = { basic: 'basic block', bottleneck: 'bottleneck', repvgg: 'RepVGG block' }[block];
  return [name, ORDERS[order] ?? '', se ? 'squeeze-and-excitation' : ''].filter(Boolean).join(', ');
}

/**
 * Say what the shortcut does to x.
 *
 * @param {Part[]} parts
 * @param {{bare: boolean, changes: string, a: Variant['architecture'], name: string, strength: number}} about
 */
function bridgeOf(parts, { bare, changes, a, name, strength }) {
  if (bare) return 'x passes unchanged: the identity';
  const listed = parts.map(({ title }) => title);
  // a skip that was connected by hand has layers that the summary does not list
  const unlisted = [
    ...(changes ? [changes === 'pad' ? 'zero padding' : 'conv 1×1'] : []),
    ...(/scaling|decayed/.test(a.shortcut) ? [`× ${formatNumber(shortcutFactor(a, name))}`] : []),
    ...(/gating/.test(a.shortcut) ? ['× (1 − g(x))'] : []),
    ...(a.shortcut === 'dropout' ? ['dropout'] : []),
  ];
  const done = [...(listed.length > 0 ? listed : unlisted), ...(strength === 1 ? [] : [`× ${strength}`])];
  return `x, then ${done.join(', ')}`;
}
