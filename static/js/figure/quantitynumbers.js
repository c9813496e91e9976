/**
 * @file The numbers of a block, a layer, the stem or the head, all of the one measure that the diagram draws, with its
 *   words. Pure.
 */
import { drawnBatch } from './measured.js';
import { magnitudesOf, QUANTITIES } from './quantity.js';
import { formatNumber } from './scale.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('./quantity.js').Magnitudes} Magnitudes */

/** The column of a tap for a quantity. @type {Partial<Record<State['quantity'], import('./history.js').ColumnName>>} */
const COLUMNS = {
  gradient_path: 'gradient_rms',
  gradient: 'gradient_rms',
  activation: 'activation_rms',
  dead_units: 'zero_fraction',
};
/** The names of a block's parts. */
const PARTS = {
  gradient_path: ['through F', 'through the skip', 'at the output'],
  gradient_norm: ['through F', 'through the skip', ''],
  gradient: ['', '', 'at the output'],
  activation: ['F(x)', 'shortcut', 'at the output'],
  branch_ratio: ['F(x) : shortcut', '', ''],
  weight_gradient: ['', '', ''],
  dead_units: ['', '', 'at the output'],
};

/**
 * Write the numbers of a place in the measure that is drawn.
 *
 * @param {State} state
 * @param {number} v the network
 * @param {{layer: string|null, block: number}} place a layer, else a block; -1 without a layer is the stem
 * @returns {{measure: string, numbers: [string, string][]}} no numbers where nothing was measured
 */
export function numbersOf(state, v, { layer, block }) {
  const { quantity } = state;
  const variant = state.variants[v];
  const { legend, linear } = QUANTITIES[quantity];
  const m = magnitudesOf(quantity, variant, state.values[v], drawnBatch(state));
  const say = (/** @type {number} */ value) =>
    linear ? `${Number((value * 100).toPrecision(3))} %` : formatNumber(value === Infinity ? Infinity : 10 ** value);
  const tap = variant.taps.indexOf(layer ?? variant.blocks[block] ?? '');
  const column = COLUMNS[quantity];
  const there = tap < 0 || !column ? NaN : state.values[v][column][tap];
  const own = layer === null ? NaN : (m.layers.get(layer) ?? (linear ? there : Math.log10(there)));
  /** @type {[string, number][]} */
  const found = !Number.isNaN(own)
    ? [['here', own]]
    : block >= 0
      ? blockOf(m, quantity, variant.blocks[block], block)
      : layer === null
        ? [['at the output', m.trunk[variant.blocks.length]]]
        : [];
  const numbers = /** @type {[string, string][]} */ (
    found.filter(([, value]) => !Number.isNaN(value)).map(([name, value]) => [name, say(value)])
  );
  const dead = tap < 0 || quantity !== 'dead_units' ? NaN : state.values[v].dead_units[tap];
  if (!Number.isNaN(dead)) numbers.push(['dead units', String(dead)]);
  const lost = tap < 0 ? 0 : state.values[v].nonfinite[tap];
  if (lost > 0) numbers.push(['not finite', `${lost.toLocaleString('en-US').replaceAll(',', '\u2009')} elements`]);
  return { measure: legend[0].toUpperCase() + legend.slice(1), numbers };
}

/**
 * @param {Magnitudes} m @param {State['quantity']} quantity @param {string} name @param {number} block
 * @returns {[string, number][]}
 */
function blockOf(m, quantity, name, block) {
  const [branch, skip, trunk] = PARTS[quantity];
  const layers = [...m.layers]
    .filter(([layer]) => layer.startsWith(`${name}.`))
    .map(([layer, value]) => /** @type {[string, number]} */ ([layer.slice(name.length + 1), value]));
  return [
    ...(quantity === 'weight_gradient' || quantity === 'dead_units' ? layers : []),
    .../** @type {[string, number][]} */ (
      [
        [branch, m.branch[block]],
        [skip, m.skip[block]],
        [trunk, m.trunk[block]],
      ].filter(([part]) => part !== '')
    ),
  ];
}
