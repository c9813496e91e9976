/**
 * @file The history of undo, step by step: every change of networks, of their skips and strengths, and of settings.
 *   Pure.
 */

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Step} Step */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {Pick<State, 'past'|'future'>} Stacks */

const PAST = 100;

/** @param {State} state @param {string} label @param {boolean} [left] @returns {Step} */
function moment({ variants, settings, run }, label, left = false) {
  return { label, variants, settings, run: run.id, left };
}

/**
 * The history after a change.
 *
 * @param {State} state @param {string} label @param {boolean} [left] whether the run on screen was left
 * @returns {Stacks}
 */
export function kept(state, label, left) {
  return { past: [...state.past, moment(state, label, left)].slice(-PAST), future: [] };
}

/**
 * Give the stacks of undo after a change, if it names them.
 *
 * @param {State} state @param {import('./state.js').Told} told
 */
export function stacksOf(state, { label, stacks, left }) {
  return stacks ?? (label === undefined ? {} : kept(state, label, left));
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
  return { ...state, variants, ...kept(state, label) };
}

/**
 * Are the networks and settings of a step those on the page, so that skips and strengths alone lead there? A run that
 * was left is opened again.
 *
 * @param {Pick<State, 'variants'|'settings'|'run'>} state @param {Step} step
 */
export function isNear({ variants, settings, run }, step) {
  if (step.left && step.run !== run.id) return false;
  return hasNetworks({ variants }, step) && JSON.stringify(step.settings) === JSON.stringify(settings);
}

/** @param {Pick<State, 'variants'>} state @param {Step} step */
export function hasNetworks({ variants }, step) {
  return (
    step.variants.length === variants.length && step.variants.every(({ summary }, v) => summary === variants[v].summary)
  );
}

/**
 * The history after a step back or forth.
 *
 * @param {State} state @param {'past'|'future'} from @param {'past'|'future'} to
 */
export function stacksAfter(state, from, to) {
  const target = /** @type {Step} */ (state[from].at(-1));
  const stacks = { [from]: state[from].slice(0, -1), [to]: [...state[to], moment(state, target.label, target.left)] };
  return /** @type {Stacks} */ (/** @type {unknown} */ (stacks));
}

/**
 * Go back, or forth again, where skips and strengths alone lead there; else the state stays as it is.
 *
 * @param {State} state
 * @param {'past'|'future'} from
 * @param {'past'|'future'} to
 * @returns {State}
 */
export function travel(state, from, to) {
  const target = state[from].at(-1);
  if (!target || !isNear(state, target)) return state;
  const variants = state.variants.map((variant, v) => {
    const { skips, strength } = target.variants[v];
    return { ...variant, skips, strength };
  });
  return { ...state, variants, ...stacksAfter(state, from, to) };
}
