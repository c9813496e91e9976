/** @file Every number on screen as tables: a row a tap, a block, a weight and a network. Pure. */

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').Variant} Variant */

/**
 * @typedef {object} Sheet a table: a row a name, and for each network the same columns
 * @property {'tap'|'block'|'weight'|'network'} of what a row is
 * @property {string} title
 * @property {string[]} names of the rows
 * @property {{label: string, index: Map<string, number>, columns: ArrayLike<number>[]}[]} groups one a network, its
 *   columns aligned to the names that it indexes; one without a label where the networks are the rows
 * @property {[string, string][]} measures name and title of each column
 */

/** @type {[string, string][]} */
const TAPS = [
  ['gradient_rms', 'gradient RMS'],
  ['activation_rms', 'activation RMS'],
  ['zero_fraction', 'zeros'],
  ['dead_units', 'dead units'],
];
/** @type {[string, string][]} */
const THEORY = [
  ['theory.gradient_rms', 'gradient RMS that theory expects'],
  ['theory.activation_rms', 'activation RMS that theory expects'],
];
/** @type {[string, string][]} */
const BLOCKS = [
  ['residual_rms', 'F(x) RMS'],
  ['identity_rms', 'shortcut RMS'],
  ['branch_ratio', 'F(x) over shortcut'],
  ['residual_gradient_norm', 'gradient through F, L2 norm'],
  ['identity_gradient_norm', 'gradient through the shortcut, L2 norm'],
  ['descent_cosine', 'cosine of F(x) and −∂L/∂x'],
  ['successive_cosine', 'cosine of F(x) and the next F'],
];
/** @type {[string, string][]} */
const WEIGHTS = [
  ['weight_gradient_norm', 'weight gradient, L2 norm'],
  ['update_ratio', 'update over weight'],
];
/** @type {[string, string][]} */
const SCORES = [
  ['loss', 'loss'],
  ['accuracy', 'accuracy'],
  ['test', 'accuracy on images held out'],
];

/** @param {string[]} names */
const indexOf = (names) => new Map(names.map((name, i) => [name, i]));
/** @param {string[][]} lists */
const union = (lists) => [...new Set(lists.flat())];

/**
 * Gradient, activation and zeros at each tap, with what theory expects while its lines are drawn.
 *
 * @param {State} state
 * @returns {Sheet}
 */
export function tapSheet({ variants, values, theory, step }) {
  const expected = theory && step === 0;
  return {
    of: 'tap',
    title: 'Each tap',
    names: union(variants.map(({ taps }) => taps)),
    measures: expected ? [...TAPS, ...THEORY] : TAPS,
    groups: variants.map((variant, v) => {
      const { gradient_rms, activation_rms, zero_fraction, dead_units } = values[v];
      const lines =
        variant.theory && !variant.theory.reason
          ? [variant.theory.gradient_rms, variant.theory.activation_rms]
          : [[], []];
      return {
        label: variant.label,
        index: indexOf(variant.taps),
        columns: [gradient_rms, activation_rms, zero_fraction, dead_units, ...(expected ? lines : [])],
      };
    }),
  };
}

/** The tables besides that of the taps. @param {State} state @returns {Sheet[]} */
export function otherSheets({ variants, values, scores, history, row }) {
  const test = history.variants.map((variant) => (row < 0 ? NaN : variant.test[row]));
  return [
    {
      of: 'block',
      title: 'Each block',
      names: union(variants.map(({ blocks }) => blocks)),
      measures: BLOCKS,
      groups: variants.map(({ label, blocks }, v) => {
        const { residual_rms, identity_rms, residual_gradient_norm, identity_gradient_norm } = values[v];
        const { descent_cosine, successive_cosine } = values[v];
        const ratio = residual_rms.map((branch, b) => branch / identity_rms[b]);
        return {
          label,
          index: indexOf(blocks),
          columns: [
            residual_rms,
            identity_rms,
            ratio,
            residual_gradient_norm,
            identity_gradient_norm,
            descent_cosine,
            successive_cosine,
          ],
        };
      }),
    },
    {
      of: 'weight',
      title: 'Each weight',
      names: union(variants.map(({ weights }) => weights)),
      measures: WEIGHTS,
      groups: variants.map(({ label, weights }, v) => ({
        label,
        index: indexOf(weights),
        columns: [values[v].weight_gradient_norm, values[v].update_ratio],
      })),
    },
    {
      of: 'network',
      title: 'Each network',
      names: variants.map(({ label }) => label),
      measures: SCORES,
      groups: [
        {
          label: '',
          index: indexOf(variants.map(({ label }) => label)),
          columns: [scores.map(({ loss }) => loss), scores.map(({ accuracy }) => accuracy), test],
        },
      ],
    },
  ];
}
