/**
 * @file One sentence on what is measured now, and one on what differs between the networks, as the pieces of a line.
 *   Pure.
 *
 * A gradient is compared as the diagnosis compares it (docs/measures.md): at the outputs of the first and the last
 * block, brought to one scale by the number of positions of the maps.
 */
import { differencesOf } from './differences.js';
import { drawnVariants } from './measured.js';
import { formatNumber } from './scale.js';
import { branchRatio } from './values.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('../view/state/state.js').Variant} Variant */
/** @typedef {import('./history.js').Columns} Columns */
/** @typedef {{text: string, variant?: number}} Piece a network's name has its number */
/** @typedef {{there: number, here: number}} Pair what is compared, and with what */

/** Factors nearer to 1 are no difference that anybody sees. */
const ALIKE = 1.15;

/**
 * Write the line.
 *
 * @param {State} state
 * @returns {Piece[]|null} null while nothing is measured
 */
export function headlineOf(state) {
  if (!state.measured || state.values.length < state.variants.length || state.variants.length === 0) return null;
  const variants = drawnVariants(state);
  return [...measuredOf(state, variants), ...differencesOf(variants, state.fields)];
}

/** @param {State} state @param {Variant[]} variants @returns {Piece[]} */
function measuredOf({ quantity, values }, variants) {
  if (quantity === 'branch_ratio') return spans('F(x) has', variants, variants.map(ratios), values, timesOfShortcut);
  if (quantity === 'dead_units')
    return spans('Exact zeros are', variants, variants.map(zeros), values, shareOfActivations);
  const [subject, read] = COURSES[quantity];
  const { first, last } = endsOf(variants);
  const forward = quantity === 'activation';
  return course(
    `${subject} at ${forward ? last : first}`,
    `that at ${forward ? first : last}`,
    variants.map((variant, v) => read(variant, values[v])),
    variants,
  );
}

/**
 * "The gradient at block 1 is 0.02 times that at block 27 in A, exactly 0 in B."
 *
 * @param {string} subject
 * @param {string} other
 * @param {Pair[]} pairs one a network
 * @param {Variant[]} variants
 * @returns {Piece[]}
 */
function course(subject, other, pairs, variants) {
  /** @type {Piece[]} */
  const pieces = [{ text: `${subject} is ` }];
  let named = false;
  pairs.forEach((pair, v) => {
    const { text, compares } = said(pair, named ? '' : ` ${other}`);
    named ||= compares;
    pieces.push({ text: `${text} in ` }, { text: variants[v].label, variant: v });
    pieces.push({ text: v === pairs.length - 1 ? '. ' : ', ' });
  });
  return pieces;
}

/** @param {Pair} pair @param {string} other @returns {{text: string, compares: boolean}} */
function said({ there, here }, other) {
  if (Number.isNaN(there) || Number.isNaN(here)) return { text: 'not measured', compares: false };
  if (!Number.isFinite(there) || !Number.isFinite(here)) return { text: 'not finite', compares: false };
  if (there === 0) return { text: 'exactly 0', compares: false };
  if (here === 0) return { text: `above 0, and exactly 0${other.replace(' that', '')},`, compares: false };
  const factor = there / here;
  if (Math.max(factor, 1 / factor) < ALIKE)
    return { text: `about ${other ? `as large as${other}` : 'the same'}`, compares: true };
  return { text: `${formatNumber(Number(factor.toPrecision(2)))} times${other}`, compares: true };
}

/**
 * "Exact zeros are 40 to 60 % of what the activations put out in A, 50 to 51 % in B."
 *
 * @param {string} subject
 * @param {Variant[]} variants
 * @param {((columns: Columns) => number[])[]} reads
 * @param {Columns[]} values
 * @param {{unit: (low: number, high: number) => string, of: string, nothing: string}} words
 * @returns {Piece[]}
 */
function spans(subject, variants, reads, values, { unit, of, nothing }) {
  /** @type {Piece[]} */
  const pieces = [{ text: `${subject} ` }];
  let named = false;
  variants.forEach(({ label }, v) => {
    const found = reads[v](values[v]).filter((value) => !Number.isNaN(value));
    const finite = found.filter(Number.isFinite);
    const text =
      found.length === 0
        ? nothing
        : finite.length === 0
          ? 'no finite number'
          : `${unit(Math.min(...finite), Math.max(...finite))}${named ? '' : ` ${of}`}`;
    named ||= finite.length > 0;
    pieces.push(
      { text: `${text} in ` },
      { text: label, variant: v },
      { text: v === variants.length - 1 ? '. ' : ', ' },
    );
  });
  return pieces;
}

const timesOfShortcut = {
  unit: (/** @type {number} */ low, /** @type {number} */ high) => `${span(low, high)} times`,
  of: 'the RMS of its shortcut',
  nothing: 'no shortcut to compare with',
};
const shareOfActivations = {
  unit: (/** @type {number} */ low, /** @type {number} */ high) => `${span(100 * low, 100 * high)} %`,
  of: 'of what each activation puts out',
  nothing: 'not measured',
};

/** @param {number} low @param {number} high */
function span(low, high) {
  return two(low) === two(high) ? two(low) : `${two(low)} to ${two(high)}`;
}

/** @param {number} value */
function two(value) {
  return formatNumber(Number(value.toPrecision(2)));
}

/** @returns {(columns: Columns) => number[]} */
function ratios() {
  return (columns) => Array.from(columns.residual_rms, (_, b) => branchRatio(columns, b));
}

/** @returns {(columns: Columns) => number[]} */
function zeros() {
  return ({ zero_fraction }) => Array.from(zero_fraction);
}

/** Numbers of blocks where all networks have as many, words elsewhere. @param {Variant[]} variants */
function endsOf(variants) {
  const counts = new Set(variants.map(({ blocks }) => blocks.length));
  return counts.size === 1 && !counts.has(1)
    ? { first: 'block 1', last: `block ${variants[0].blocks.length}` }
    : { first: 'the first block', last: 'the last block' };
}

/** @type {Record<string, [string, (variant: Variant, values: Columns) => Pair]>} */
const COURSES = {
  gradient_path: [
    'The gradient',
    (variant, { gradient_rms }) => {
      const [there, here] = tapsOf(variant, gradient_rms);
      const [first, last] = [variant.summary.graph.blocks[0], variant.summary.graph.blocks.at(-1)];
      return { there: there * Math.sqrt(positionsOf(first) / positionsOf(last)), here };
    },
  ],
  activation: [
    'The activation (RMS)',
    (variant, { activation_rms }) => {
      const [first, last] = tapsOf(variant, activation_rms);
      return { there: last, here: first };
    },
  ],
  weight_gradient: [
    'The gradient of the first weights (L2 norm)',
    ({ weights, blocks }, { weight_gradient_norm }) => {
      const of = (/** @type {string} */ block) =>
        weight_gradient_norm[weights.findIndex((name) => name.startsWith(`${block}.`))] ?? NaN;
      return { there: of(blocks[0]), here: of(blocks.at(-1) ?? '') };
    },
  ],
};

/**
 * The measurements at the outputs of the first and the last block.
 *
 * @param {Variant} variant @param {Float64Array} column
 */
function tapsOf({ taps, blocks }, column) {
  return [blocks[0], blocks.at(-1) ?? ''].map((name) => column[taps.indexOf(name)] ?? NaN);
}

/** @param {import('../view/state/state.js').Block|undefined} block */
function positionsOf(block) {
  const [, height = 1, width = 1] = block?.output_shape ?? [];
  return height * width;
}
