/** @file One layer of a block as its picture names it: title, shape, and what was measured there. Pure. */
import { shape } from '../facts.js';
import { overDepth, shortcutFactor } from '../net.js';
import { formatNumber } from '../scale.js';

/** @typedef {import('../../view/state/state.js').Layer} Layer */
/** @typedef {import('../../view/state/state.js').Architecture} Architecture */
/** @typedef {import('../history.js').Columns} Columns */

/**
 * @typedef {object} Part
 * @property {string} layer its name in the network
 * @property {string} title
 * @property {string} short the same where there is little room
 * @property {string} shape of its output
 * @property {string} type
 * @property {number} rms of its output; NaN where that is not measured
 * @property {number} gradient at its output, RMS
 * @property {number} zeros share of exact zeros of its output
 * @property {number} weight L2 norm of the gradient of its weight
 */

const ACTIVATIONS = /** @type {Record<string, string>} */ ({
  relu: 'ReLU',
  leaky_relu: 'leaky ReLU',
  gelu: 'GELU',
  silu: 'SiLU',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
});

/**
 * Describe a layer.
 *
 * @param {Layer} layer @param {Architecture} a @param {Columns} values
 * @param {number} tap @param {number} weight their columns' place, -1 where it has none
 * @returns {Part}
 */
export function partOf(layer, a, values, tap, weight) {
  const [title, short] = titleOf(layer, a);
  return {
    layer: layer.name,
    title,
    short,
    shape: shape(layer.output_shape),
    type: layer.type,
    rms: values.activation_rms[tap] ?? NaN,
    gradient: values.gradient_rms[tap] ?? NaN,
    zeros: values.zero_fraction[tap] ?? NaN,
    weight: values.weight_gradient_norm[weight] ?? NaN,
  };
}

/** @param {Layer} layer @param {Architecture} a @returns {[string, string]} title, and the same shorter */
function titleOf(layer, a) {
  const edge = (/** @type {number|number[]|null|undefined} */ size) => (Array.isArray(size) ? size[0] : (size ?? 1));
  const [kernel, stride] = [edge(layer.kernel), edge(layer.stride)];
  const down = stride > 1 ? ` /${stride}` : '';
  switch (layer.type) {
    case 'conv':
      return [`conv ${kernel}×${kernel}${down}`, `${kernel}×${kernel}${down}`];
    case 'norm':
      // of a RepVGG block: the identity's, which is added to what the convolution beside it makes
      if (layer.name.endsWith('.identity')) return ['+ BN(x)', '+ BN(x)'];
      return a.norm === 'group' ? ['GroupNorm', 'GN'] : ['BatchNorm', 'BN'];
    case 'activation':
      return [ACTIVATIONS[a.activation] ?? a.activation, ACTIVATIONS[a.activation] ?? a.activation];
    case 'avg_pool':
      return [`average pool${down}`, `avg${down}`];
    case 'pad':
      return [`zero padding${down}`, `pad${down}`];
    case 'se':
      return ['× SE weights', 'SE'];
    case 'gate':
      return layer.name.endsWith('.residual') ? ['× g(x)', '× g'] : ['× (1 − g(x))', '× (1−g)'];
    case 'dropout':
      return ['dropout', 'dropout'];
    case 'bias':
      return ['+ bias', '+ b'];
    case 'scale':
      return scaleOf(layer, a);
    default:
      return [layer.type.replaceAll('_', ' '), layer.type.replaceAll('_', ' ')];
  }
}

/** A constant, or learned factors. @param {Layer} layer @param {Architecture} a @returns {[string, string]} */
function scaleOf({ name, parameters }, a) {
  if (name.endsWith('shortcut_scale')) {
    const factor = `× ${formatNumber(shortcutFactor(a, name))}`;
    return [factor, factor];
  }
  if (name.endsWith('residual_scale')) {
    const factor = `× ${a.residual_scale}${overDepth(a)}`;
    return [factor, factor];
  }
  return [parameters > 1 ? '× learned, a channel' : '× learned', '× λ'];
}
