/** @file The state of a list of runs, and the one pure function that changes it. */

import { ALL } from './filter.js';

/** @typedef {import('./rundigest.js').Run} Run */

/**
 * @typedef {object} State
 * @property {Run[]} runs that are listed, the newest first
 * @property {number} total of runs on the server
 * @property {string[]} compared ids, in the order in which they were ticked
 * @property {Record<string, Run>} beyond runs that are compared and not among those listed
 * @property {Record<string, string>} names of those that are compared, by id, as the source tells them apart
 * @property {import('./filter.js').Filter} filter of those that are listed
 * @property {string|null} problem the newest refusal, in the source's words
 * @property {'light'|'dark'} theme
 */

/**
 * @typedef {{type: 'listed', runs: Run[], total: number}
 *   | {type: 'filter', filter: State['filter']}
 *   | {type: 'compare', id: string, on: boolean}
 *   | {type: 'compare/none'}
 *   | {type: 'found', run: Run}
 *   | {type: 'named', names: State['names']}
 *   | {type: 'problem', problem: string|null}
 *   | {type: 'theme', theme: State['theme']}} Event
 */

/** @typedef {import('../../view/state/store.js').StoreOf<State, Event, import('./commands.js').Commands>} Store */
/** @typedef {import('../../view/state/store.js').ViewOf<State>} View */

/** So many runs can be compared at once. */
export const MOST = 4;

/**
 * @param {{runs: Run[], total: number}} page
 * @param {string[]} compared
 * @param {State['filter']} [filter]
 * @returns {State}
 */
export function initialState({ runs, total }, compared, filter = ALL) {
  return {
    runs,
    total,
    compared: compared.slice(0, MOST),
    beyond: {},
    names: {},
    filter,
    problem: null,
    theme: 'light',
  };
}

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case 'listed': {
      // one that is compared stays so while it is not among those listed
      const left = state.runs.filter(({ id }) => state.compared.includes(id));
      const beyond = { ...state.beyond, ...Object.fromEntries(left.map((run) => [run.id, run])) };
      return { ...state, runs: event.runs, total: event.total, beyond };
    }
    case 'compare': {
      const others = state.compared.filter((id) => id !== event.id);
      return { ...state, compared: event.on ? [...others, event.id] : others };
    }
    case 'filter':
      return { ...state, filter: event.filter };
    case 'compare/none':
      return { ...state, compared: [] };
    case 'found':
      return { ...state, beyond: { ...state.beyond, [event.run.id]: event.run } };
    case 'named':
      return { ...state, names: event.names };
    case 'problem':
      return state.problem === event.problem ? state : { ...state, problem: event.problem };
    case 'theme':
      return { ...state, theme: event.theme };
    default:
      throw new Error(`unknown event: ${JSON.stringify(event)}`);
  }
}

/** Those that are compared and have recorded something, in their order. @param {State} state @returns {Run[]} */
export function chosenOf({ runs, compared, beyond }) {
  const found = compared.map((id) => runs.find((run) => run.id === id) ?? beyond[id]);
  return found.flatMap((run) => (run?.digest ? [run] : []));
}

/** Ids that are compared and of which nothing is known yet. @param {State} state */
export function missingOf({ runs, compared, beyond }) {
  return compared.filter((id) => !(id in beyond) && !runs.some((run) => run.id === id));
}
