/** @file Commands act one after the other, so that each finds the page as the one before left it. */
import { placeOf, Refusal } from '../../sources/source.js';

/** @typedef {import('./state.js').State} State */
/**
 * @typedef {{readonly state: Pick<State, 'problems'>, dispatch: (event: {type: 'problem', place: string, problem:
 *   State['problems'][string]|null}) => void}} Store as far as this file is concerned
 */

/** Places of refusals that are no fields. */
const PLACES = ['run', 'file', 'probe', 'page', 'link', 'architecture', 'settings', 'strength', 'experiment'];

/**
 * Make the queue of a store's commands.
 *
 * @param {Store} store
 */
export function createTurns(store) {
  /** @type {Promise<unknown>} */
  let queue = Promise.resolve();
  /** Commands in the queue after which other networks are on the page. */
  let replacing = 0;

  /** Forget earlier refusals of these fields, before a new request. @param {string[]} names of fields */
  const clear = (names) => {
    for (const name of names) store.dispatch({ type: 'problem', place: name, problem: null });
  };

  /** Refusals beside fields are those of the last request alone: each sends all fields. */
  const clearFields = () => {
    const { problems } = store.state;
    clear(Object.keys(problems).filter((place) => !PLACES.includes(place) && problems[place].status !== undefined));
  };

  /** @param {string} place of a refusal @param {() => Promise<void>} act */
  const inTurn = (place, act) => {
    const turn = queue.then(async () => {
      try {
        clear([place]);
        await act();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        store.dispatch({ type: 'problem', place: placeOf(error, place), problem: error.problem });
      }
    });
    queue = turn.catch(() => {}); // who gave the command is told; the next one goes on
    return turn;
  };

  return {
    clear,
    clearFields,
    inTurn,
    /** Put other networks on the page. @param {string} place of a refusal @param {() => Promise<void>} act */
    async replace(place, act) {
      replacing += 1;
      try {
        await inTurn(place, act);
      } finally {
        replacing -= 1;
      }
    },
    /**
     * Change what is wanted, at once unless other networks are on their way, and bring it about in turn.
     *
     * @param {string} place of a refusal
     * @param {() => void} apply
     * @param {() => Promise<void>} settle
     */
    want(place, apply, settle) {
      const atOnce = replacing === 0;
      if (atOnce) apply();
      return inTurn(place, () => {
        if (!atOnce) apply();
        return settle();
      });
    },
  };
}
