/**
 * @file The quantities of the diagram: for each, the measured number behind every element of a network.
 *
 * Every number is one that was measured, or one of them in another unit. Gradients by path are shown as RMS, so that
 * they compare across stages: the measured L2 norm of a part over the square root of its number of elements.
 */

import { foreignMagnitudes } from './foreign/magnitudes.js';
import { unknownMagnitudes } from './magnitudes.js';
import { memo } from './memo.js';
import { branchRatio } from './values.js';

/** @typedef {import('../view/state/state.js').Variant} Variant */
/**
 * @typedef {'gradient_path'|'gradient_norm'|'gradient'|'weight_gradient'|'activation'|'branch_ratio'|'dead_units'}
 *   Quantity of the diagram
 */
/** @typedef {import('./history.js').Columns} Columns */

/**
 * @typedef {object} Magnitudes log10 of each number (see history.js for the codes), or the number itself where `linear`
 * @property {Float64Array} branch one a block
 * @property {Float64Array} skip one a block
 * @property {Float64Array} trunk one a block and, last, the way into the first block
 * @property {Map<string, number>} layers by name, where a layer has a number of its own
 */
/** @typedef {{name: string, legend: string, unit: string, linear: boolean}} QuantityInfo */

/** @type {Record<Quantity, QuantityInfo>} */
export const QUANTITIES = {
  gradient_path: { name: 'Gradient by path', legend: 'gradient ∂L/∂x by path, RMS', unit: 'RMS', linear: false },
  gradient_norm: {
    name: 'Gradient by path, norm',
    legend: 'gradient ∂L/∂x by path, L2 norm',
    unit: 'L2 norm',
    linear: false,
  },
  gradient: { name: 'Gradient', legend: 'gradient ∂L/∂x, RMS', unit: 'RMS', linear: false },
  weight_gradient: {
    name: 'Weight gradient',
    legend: 'weight gradient ∂L/∂W, L2 norm',
    unit: 'L2 norm',
    linear: false,
  },
  activation: { name: 'Activation', legend: 'activation, RMS', unit: 'RMS', linear: false },
  branch_ratio: { name: 'Branch ratio', legend: 'RMS of F(x) over RMS of the shortcut', unit: 'ratio', linear: false },
  dead_units: {
    name: 'Share of zeros',
    legend: 'share of exact zeros after the activation',
    unit: 'share',
    linear: true,
  },
};

/** Those that a choice offers, for our own networks and for one of which no shape is known. */
const OFFERED = /** @type {const} */ ({
  own: ['gradient_path', 'weight_gradient', 'activation', 'branch_ratio', 'dead_units'],
  junctions: ['gradient_norm', 'weight_gradient', 'activation', 'branch_ratio', 'dead_units'],
  chain: ['gradient', 'weight_gradient', 'activation', 'dead_units'],
});

/**
 * The quantities that can be drawn of networks; the first is drawn unless another is chosen.
 *
 * @param {Pick<Variant, 'summary'>[]} variants
 * @returns {readonly Quantity[]}
 */
export function offeredOf(variants) {
  const foreign = variants[0]?.summary.foreign;
  if (!foreign) return OFFERED.own;
  return OFFERED[foreign.wire.blocks.length > 0 ? 'junctions' : 'chain'];
}

/**
 * Read the numbers of one network for a quantity.
 *
 * @param {Quantity} quantity
 * @param {Variant} variant
 * @param {Columns} values
 * @param {number} batchSize
 * @returns {Magnitudes}
 */
export function magnitudesOf(quantity, variant, values, batchSize) {
  return measured(values, quantity, variant.summary, variant.taps, variant.weights, batchSize);
}

/** Several parts of the page ask for the numbers of one step. */
const measured = memo(magnitudes);

/**
 * @param {Columns} values
 * @param {Quantity} quantity
 * @param {Variant['summary']} summary
 * @param {string[]} names of the taps
 * @param {string[]} weights
 * @param {number} batchSize
 * @returns {Magnitudes}
 */
function magnitudes(values, quantity, summary, names, weights, batchSize) {
  if (summary.foreign) return foreignMagnitudes(values, quantity, summary.foreign);
  const { blocks } = summary.graph;
  const n = blocks.length;
  const taps = places(summary, names);
  const out = unknownMagnitudes(n);
  const log = (/** @type {number|undefined} */ value) => Math.log10(value ?? NaN);

  if (quantity === 'gradient_path' || quantity === 'gradient' || quantity === 'activation') {
    const column = quantity === 'activation' ? values.activation_rms : values.gradient_rms;
    const at = (/** @type {string} */ name) => log(column[taps.index.get(name) ?? -1]);
    for (let b = 0; b < n; b += 1) out.trunk[b] = at(blocks[b].name);
    out.trunk[n] = at(taps.stem);
    for (const name of weights) if (taps.index.has(name)) out.layers.set(name, at(name));
  }
  switch (quantity) {
    case 'gradient_path':
      for (let b = 0; b < n; b += 1) {
        const root = Math.sqrt(batchSize * blocks[b].input_shape.reduce((product, size) => product * size, 1));
        out.branch[b] = log(values.residual_gradient_norm[b] / root);
        out.skip[b] = log(values.identity_gradient_norm[b] / root);
      }
      break;
    case 'gradient_norm':
      for (let b = 0; b < n; b += 1) {
        out.branch[b] = log(values.residual_gradient_norm[b]);
        out.skip[b] = log(values.identity_gradient_norm[b]);
      }
      break;
    case 'activation':
      for (let b = 0; b < n; b += 1) {
        out.branch[b] = log(values.residual_rms[b]);
        out.skip[b] = log(values.identity_rms[b]);
      }
      for (const [layer, tap] of taps.after)
        out.layers.set(layer, log(values.activation_rms[taps.index.get(tap) ?? -1]));
      break;
    case 'weight_gradient':
      weights.forEach((name, i) => out.layers.set(name, log(values.weight_gradient_norm[i])));
      break;
    case 'branch_ratio':
      for (let b = 0; b < n; b += 1) out.branch[b] = log(branchRatio(values, b));
      break;
    case 'dead_units':
      for (const [layer, tap] of taps.after) out.layers.set(layer, values.zero_fraction[taps.index.get(tap) ?? -1]);
      for (let b = 0; b < n; b += 1) out.trunk[b] = values.zero_fraction[taps.index.get(blocks[b].name) ?? -1];
      out.trunk[n] = values.zero_fraction[taps.index.get(taps.stem) ?? -1];
      break;
  }
  return out;
}

/**
 * @typedef {{index: Map<string, number>, stem: string, after: Map<string, string>}} TapPlaces `after`: the first
 *   activation behind a layer inside its block
 */

/**
 * Find which tap stands for which layer.
 *
 * @param {Pick<Variant, 'summary'|'taps'>} variant
 * @returns {TapPlaces}
 */
export function tapsOf({ summary, taps }) {
  return places(summary, taps);
}

const places = memo(placesOf);

/** @param {Variant['summary']} summary @param {string[]} names @returns {TapPlaces} */
function placesOf({ layers, graph, foreign }, names) {
  if (foreign) return { index: foreign.index, stem: foreign.stem.at(-1) ?? '', after: new Map() };
  const index = new Map(names.map((name, i) => [name, i]));
  const [first] = graph.taps;
  const stem = first?.block === null ? first.name : '';
  const after = new Map();
  /** @type {string[]} */
  let open = [];
  let block = /** @type {string|null|undefined} */ (undefined);
  for (const layer of layers) {
    if (layer.block !== block) {
      open = [];
      block = layer.block;
    }
    if (layer.type === 'conv' && layer.path !== 'projection') open.push(layer.name);
    if (layer.type === 'activation' && index.has(layer.name)) {
      for (const name of open) after.set(name, layer.name);
      open = [];
    }
  }
  return { index, stem, after };
}
