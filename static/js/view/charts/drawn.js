/** @file The measures that charts by depth draw: of each a block's number, its axis, and words where there is none. */
import { tapsOf } from '../../figure/quantity.js';
import { branchRatio } from '../../figure/values.js';
import { h } from '../dom.js';

/** @typedef {import('./depth.js').Drawn} Drawn */
/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').Variant} Variant */
/** @typedef {import('../state/store.js').Store} Store */

/** @type {Drawn} */
export const GRADIENT = {
  read: (variant, values, block) => tap(variant, values.gradient_rms, block),
  yTitle: '∂L/∂x, RMS',
  words: { many: 'gradients', missing: 'no gradient was measured' },
};
/** @type {Drawn} */
export const ACTIVATION = {
  read: (variant, values, block) => tap(variant, values.activation_rms, block),
  yTitle: 'x, RMS',
  words: { many: 'activations', missing: 'no activation was measured' },
};
/** The measures of the branch's chart. @type {Record<State['branch'], Drawn & {name: string}>} */
export const BRANCH = {
  branch_ratio: {
    name: 'F(x) : x',
    read: (_, values, block) => (block < 0 ? NaN : branchRatio(values, block)),
    yTitle: 'F(x) : x, RMS',
    unity: true,
    words: { many: 'ratios', missing: 'no skip, so no ratio' },
  },
  descent_cosine: {
    name: 'cos(F, −∂L/∂x)',
    read: (_, values, block) => values.descent_cosine[block] ?? NaN,
    yTitle: 'cos(F(x), −∂L/∂x)',
    signed: true,
    words: { many: 'cosines', missing: 'no block whose F(x) and ∂L/∂x have a direction' },
  },
  successive_cosine: {
    name: 'cos(F, next F)',
    read: (_, values, block) => values.successive_cosine[block] ?? NaN,
    yTitle: 'cos(F, next F)',
    signed: true,
    words: { many: 'cosines', missing: 'no two blocks in a row whose F(x) have a direction' },
  },
};

/**
 * Mount the choice of what the branch's chart draws.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {import('../state/store.js').View}
 */
export function mountBranchChoice(root, store) {
  const select = h(
    'select',
    {
      class: 'select small',
      'aria-label': 'Measure of the branch by depth',
      'data-control': 'quantity',
      onchange: () => store.dispatch({ type: 'branch', measure: /** @type {State['branch']} */ (select.value) }),
    },
    ...Object.entries(BRANCH).map(([measure, { name }]) => h('option', { value: measure }, name)),
  );
  root.append(h('div', { class: 'chart-switch' }, select));
  return {
    update({ branch }) {
      if (select.value !== branch) select.value = branch;
    },
    destroy: () => root.replaceChildren(),
  };
}

/** @param {Variant} variant @param {Float64Array} column @param {number} block */
function tap(variant, column, block) {
  const { index, stem } = tapsOf(variant);
  return column[index.get(block < 0 ? stem : variant.blocks[block]) ?? -1] ?? NaN;
}
