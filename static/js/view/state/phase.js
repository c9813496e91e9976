/** @file The phase of a laboratory, which its element states as `data-state`. Pure. */
import { agrees } from '../../figure/measured.js';

/** @typedef {import('./state.js').State} State */

/** Are networks shown of which nothing can be measured? @param {Pick<State, 'recording'|'run'|'measured'>} state */
export function isStructure({ recording, run, measured }) {
  return recording && run.id === null && measured === null;
}

/** @param {State} state @returns {State['phase']} */
export function phaseOf(state) {
  if (state.connection === 'offline' || state.connection === 'retrying') return 'offline';
  if (state.run.state === 'running' || state.run.state === 'queued') {
    return state.measured || state.run.outside ? 'running' : 'loading';
  }
  if (state.run.state === 'paused') return 'paused';
  if (isStructure(state) || state.run.outside) return 'ready';
  return state.measured && state.probe.wanted === state.probe.answered && agrees(state) ? 'ready' : 'loading';
}
