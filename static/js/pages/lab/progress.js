/** @file How far an experiment is and how long it still takes, in words. Pure. */
import { tellSeconds } from '../../view/state/time.js';
import { isAlive } from './state.js';

/** @typedef {import('./state.js').State} State */
/**
 * @typedef {{words: string, done: number|null, left: string}} Told `done`: a share; null where nothing is known of it
 */

const ENDS = /** @type {Record<string, string>} */ ({
  done: 'Done',
  stopped: 'Stopped: this is all that it had found',
  failed: 'Failed',
  interrupted: 'The server ended meanwhile: this is all that it had found',
});

/**
 * @param {Pick<State, 'experiment'|'starting'|'began'|'ran'|'estimate'>} state
 * @param {number} now in milliseconds, on the clock of `began`
 * @returns {Told|null} null where nothing was started
 */
export function progressOf({ experiment, starting, began, ran, estimate }, now) {
  if (starting) return { words: 'Starting', done: null, left: '' };
  if (experiment === null) return null;
  const { state, progress, queue_position: place, reason } = experiment;
  if (!isAlive(experiment)) {
    // the time since it was asked for has its wait in it
    const seconds = ran.took === null ? null : ran.took / 1000;
    const took = state === 'done' && seconds !== null ? ` in ${seconds.toFixed(seconds < 10 ? 1 : 0)}\u00a0s` : '';
    return { words: `${ENDS[state] ?? state}${took}${reason ? `: ${reason}` : ''}`, done: null, left: '' };
  }
  if (state === 'queued' && place) return { words: `Waiting: place ${place} in the queue`, done: null, left: '' };
  if (state === 'paused') return { words: 'Paused', done: shareOf(progress), left: '' };
  if (!progress || progress.total === 0) return { words: 'Starting', done: null, left: '' };
  const { done, total, seconds_left: left } = progress;
  const paced = began > 0 && done > 0 && now > began ? ((now - began) / 1000 / done) * (total - done) : null;
  const rest = left ?? paced ?? estimate?.seconds ?? null;
  return {
    words: `Running: ${done} of ${total}`,
    done: shareOf(progress),
    left: rest === null || done >= total ? '' : `${tellSeconds(rest)} left`,
  };
}

/** @param {NonNullable<State['experiment']>['progress']} progress */
function shareOf(progress) {
  return progress && progress.total > 0 ? progress.done / progress.total : null;
}

/** The time that a request takes, before it is started. @param {State['estimate']} estimate */
export function estimateWords(estimate) {
  return estimate === null ? '' : `Takes ${tellSeconds(estimate.seconds)}`;
}
