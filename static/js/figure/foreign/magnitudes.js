/** @file The measured number behind every element of a network that is not ours. Pure. */

import { unknownMagnitudes } from '../magnitudes.js';

/** @typedef {import('../quantity.js').Magnitudes} Magnitudes */
/** @typedef {import('../history.js').Columns} Columns */

/**
 * Read the numbers for a quantity. The parts of a gradient are L2 norms, as they were measured: no shape is known.
 *
 * @param {Columns} values
 * @param {import('../../view/state/state.js').Quantity} quantity
 * @param {import('./variant.js').Foreign} foreign
 * @returns {Magnitudes}
 */
export function foreignMagnitudes(values, quantity, { places, stem, head, weights, wire, index }) {
  const n = places.length;
  const linear = quantity === 'dead_units';
  const coded = (/** @type {number|undefined} */ value) => (linear ? (value ?? NaN) : Math.log10(value ?? NaN));
  const out = unknownMagnitudes(n);
  const column = {
    gradient: values.gradient_rms,
    activation: values.activation_rms,
    dead_units: values.zero_fraction,
    gradient_path: null,
    gradient_norm: null,
    branch_ratio: null,
    weight_gradient: null,
  }[quantity];
  const [branch, skip] = partsOf(values, quantity);
  const at = (/** @type {string|undefined} */ name) => coded(column?.[index.get(name ?? '') ?? -1]);
  places.forEach(({ name, kind }, b) => {
    out.trunk[b] = at(name);
    out.branch[b] = kind === 'plain' ? at(name) : coded(branch(b));
    out.skip[b] = coded(skip(b));
    if (quantity === 'weight_gradient') out.branch[b] = Math.log10(normOf(values.weight_gradient_norm, weights[b]));
  });
  out.trunk[n] = at(stem.at(-1));
  if (column) for (const name of [...stem, ...head]) out.layers.set(name, at(name));
  else if (quantity === 'weight_gradient')
    wire.weights.forEach((name, i) => out.layers.set(name, Math.log10(values.weight_gradient_norm[i])));
  return out;
}

/**
 * @param {Columns} values @param {import('../../view/state/state.js').Quantity} quantity
 * @returns {[(b: number) => number, (b: number) => number]}
 */
function partsOf(values, quantity) {
  const none = () => NaN;
  switch (quantity) {
    case 'gradient_path':
    case 'gradient_norm':
      return [(b) => values.residual_gradient_norm[b], (b) => values.identity_gradient_norm[b]];
    case 'activation':
      return [(b) => values.residual_rms[b], (b) => values.identity_rms[b]];
    case 'branch_ratio':
      return [(b) => values.residual_rms[b] / values.identity_rms[b], none];
    default:
      return [none, none];
  }
}

/** The norm of all these together; NaN of none. @param {Float64Array} norms @param {number[]} which */
function normOf(norms, which) {
  const known = which.map((i) => norms[i]).filter((norm) => !Number.isNaN(norm));
  return known.length === 0 ? NaN : Math.hypot(...known);
}
