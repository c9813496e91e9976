/** @file The measures: the name of each on an axis, and whether it is a magnitude or a share or count. Pure. */
import { isSigned, TAP_COLUMNS, WEIGHT_COLUMNS } from './history.js';

/** @typedef {import('./history.js').ColumnName} ColumnName */
/**
 * @typedef {{taps: string[], weights: string[], blocks: string[]}} Names what the columns of a network are aligned to
 */

/** @type {Record<ColumnName, string>} */
export const UNITS = {
  activation_rms: 'activation, RMS',
  gradient_rms: 'gradient ∂L/∂x, RMS',
  zero_fraction: 'share of exact zeros',
  nonfinite: 'numbers that are not finite',
  dead_units: 'dead units: zero for every image of the batch',
  weight_gradient_norm: 'weight gradient ∂L/∂W, L2 norm',
  update_ratio: 'update over weight, L2 norms',
  residual_rms: 'F(x), RMS',
  identity_rms: 'shortcut, RMS',
  residual_gradient_norm: 'gradient through F(x), L2 norm',
  identity_gradient_norm: 'gradient through the shortcut, L2 norm',
  descent_cosine: 'cosine of F(x) and −∂L/∂x',
  successive_cosine: 'cosine of F(x) and the next block’s F',
};
/** @type {ColumnName[]} */
const LINEAR = ['zero_fraction', 'nonfinite', 'dead_units'];

/** Cosines, shares and counts are drawn as they are, all others as log10. @param {ColumnName} measure */
export function isLinear(measure) {
  return LINEAR.includes(measure) || isSigned(measure);
}

/**
 * The range of a measure that is drawn as it is: of cosines -1 to 1, of shares and counts from 0 to 1 or the most.
 *
 * @param {ColumnName} measure @param {number[]} numbers
 * @returns {[number, number]}
 */
export function linearRange(measure, numbers) {
  if (isSigned(measure)) return [-1, 1];
  return [0, numbers.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, one) : most), 1)];
}

/** The names that a measure has a number of. @param {Names} names @param {ColumnName} measure */
export function namesOf({ taps, weights, blocks }, measure) {
  if (/** @type {readonly string[]} */ (TAP_COLUMNS).includes(measure)) return taps;
  return /** @type {readonly string[]} */ (WEIGHT_COLUMNS).includes(measure) ? weights : blocks;
}

/**
 * The names on the way through a network: the stem and the blocks' outputs where taps are measured, else all.
 *
 * @param {Names} names
 * @param {ColumnName} measure
 */
export function placesAlong(names, measure) {
  const all = namesOf(names, measure);
  if (all !== names.taps || names.blocks.length === 0) return all;
  const isInside = (/** @type {string} */ name) =>
    names.blocks.some((block) => name === block || name.startsWith(`${block}.`));
  const stem = all.find((name) => !isInside(name));
  const outputs = names.blocks.filter((block) => all.includes(block));
  const first = outputs.length > 0 ? all.indexOf(outputs[0]) : 0;
  if (stem !== undefined && all.indexOf(stem) < first) return [stem, ...outputs];
  return outputs.length > 0 ? outputs : all;
}

/** layer1 of layer1.0.conv1. @param {string} name */
export function stageOf(name) {
  return name.split('.', 1)[0];
}
