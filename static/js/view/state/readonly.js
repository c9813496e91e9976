/** @file Whether what is on screen can be changed: a recording cannot, and a run only by who started it. Pure. */

/** @typedef {import('./state.js').State} State */

/**
 * Is a run on screen, under way or over, that is another's or trains elsewhere?
 *
 * @param {Pick<State, 'recording'|'run'>} state
 */
export function isFollowing({ recording, run }) {
  return !recording && run.id !== null && (!run.own || run.outside !== null);
}

/** @param {Pick<State, 'recording'|'run'>} state */
export function isReadOnly(state) {
  return state.recording || isFollowing(state);
}
