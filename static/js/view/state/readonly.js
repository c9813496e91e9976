/** @file Whether what is on screen can be changed: a recording cannot, and a run only by who started it. Pure. */

/** @typedef {import('./state.js').State} State */

/** Is another's run on screen, under way or over? @param {Pick<State, 'recording'|'run'>} state */
export function isFollowing({ recording, run }) {
  return !recording && run.id !== null && !run.own;
}

/** @param {Pick<State, 'recording'|'run'>} state */
export function isReadOnly(state) {
  return state.recording || isFollowing(state);
}
