/** @file The history of undo: the skips and strengths of all networks, step by step. Pure. */

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Variant} Variant */

const PAST = 100;

/** @param {State} state @param {string} label */
function moment(state, label) {
  return { label, skips: state.variants.map((v) => v.skips), strength: state.variants.map((v) => v.strength) };
}

/**
 * Change a network, in a way that can be undone.
 *
 * @param {State} state
 * @param {string} label of what is done
 * @param {number} index
 * @param {Partial<Variant>} changes
 * @returns {State}
 */
export function remember(state, label, index, changes) {
  const variants = state.variants.map((variant, v) => (v === index ? { ...variant, ...changes } : variant));
  return { ...state, variants, past: [...state.past, moment(state, label)].slice(-PAST), future: [] };
}

/**
 * Go back, or forth again.
 *
 * @param {State} state
 * @param {'past'|'future'} from
 * @param {'past'|'future'} to
 * @returns {State}
 */
export function travel(state, from, to) {
  const target = state[from].at(-1);
  if (!target) return state;
  const variants = state.variants.map((variant, v) => ({
    ...variant,
    skips: target.skips[v] ?? variant.skips,
    strength: target.strength[v] ?? variant.strength,
  }));
  return { ...state, variants, [from]: state[from].slice(0, -1), [to]: [...state[to], moment(state, target.label)] };
}
