/** @file A recording as a source: the run that a file holds, and a word for everything else. */
import { Refusal } from './source.js';

/** @typedef {import('./source.js').Source} Source */
/** @typedef {import('../wire').RecordingView} Recording */

/** Controls that ask a server. */
export const NEEDLESS = ['presets', 'transport', 'controls', 'toggles', 'share', 'nav'];

const ONLY = { title: 'A recording', detail: 'This file holds what was measured; to measure anew it takes a Skipscope server.', status: 0 };

/**
 * Make the source of a recorded run.
 *
 * @param {Recording} recording
 * @returns {Source}
 */
export function recordingOf({ run, summaries, events }) {
  const refuse = () => Promise.reject(new Refusal(ONLY));
  return {
    only: ONLY,
    run: (id) => (id === run.id ? Promise.resolve(run) : refuse()),
    summarize: (description) => {
      const wanted = JSON.stringify(description);
      const v = run.request.variants.findIndex((one) => JSON.stringify(one) === wanted);
      return v >= 0 ? Promise.resolve(summaries[v]) : refuse();
    },
    watch: (_id, { onEvent }) => {
      for (const event of events) onEvent(event);
      return () => {};
    },
    probe: refuse, check: refuse, begin: refuse, runs: refuse, change: refuse, step: refuse, fork: refuse, remove: refuse,
  };
}
