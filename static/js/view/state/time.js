/** @file How long a run takes: as estimated before it starts, from its own pace once it trains, in words. Pure. */

/** @typedef {import('./state.js').State} State */

/** @param {number} seconds */
export function tellSeconds(seconds) {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 90) return `about ${seconds < 20 ? Math.round(seconds) : Math.round(seconds / 5) * 5}\u00a0s`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)}\u00a0min`;
  return `about ${Math.round(seconds / 3600)}\u00a0h`;
}

/** Words for a run that waits in the queue. @param {Pick<State['run'], 'queuePosition'|'queueSeconds'>} run */
export function tellWaiting({ queuePosition, queueSeconds }) {
  const time = queueSeconds === null ? '' : `, ${tellSeconds(queueSeconds)} until it starts`;
  return `place ${queuePosition} in the queue${time}`;
}

/**
 * Seconds that the run on screen still trains, by the pace of its newest steps and of what is shown a second.
 *
 * @param {Pick<State, 'run'|'history'|'settings'|'speed'>} state
 * @returns {number|null} null where nothing is known of it
 */
export function remainingOf({ run, history, settings, speed }) {
  const { steps, elapsed, length } = history;
  if (!['running', 'paused'].includes(run.state) || length < 2) return null;
  const from = Math.max(0, length - 1 - NEWEST);
  const [first, last] = [steps[from], steps[length - 1]];
  const pace = Math.max(
    (elapsed[length - 1] - elapsed[from]) / (last - first),
    speed === 0 ? 0 : (length - 1 - from) / (last - first) / speed,
  );
  return Math.max(0, settings.steps - 1 - last) * pace;
}

/** The pace is that of so many recorded steps. */
const NEWEST = 20;

/** Words for the time that a run would take. @param {Pick<State, 'estimate'|'settings'|'speed'>} state */
export function tellEstimate({ estimate, settings, speed }) {
  if (estimate === null) return '';
  const shown = speed === 0 ? 0 : settings.steps / settings.record_every / speed;
  return `${settings.steps} steps: ${tellSeconds(Math.max(estimate, shown))}`;
}

/** Words for a chart of a run that has no step yet. @param {State['run']} run @param {string} otherwise */
export function tellEmpty(run, otherwise) {
  if (run.state === 'queued')
    return run.queuePosition ? `The run waits: ${tellWaiting(run)}. It starts by itself.` : 'The run starts.';
  return run.state === 'running' ? 'The first step is on its way.' : otherwise;
}
