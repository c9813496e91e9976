/** @file A file as a source: the run that it holds, if it holds one, and a word for everything else. */
import { Refusal } from './source.js';

/** @typedef {import('./source.js').Source} Source */
/** @typedef {import('../wire').RecordingView} Recording */

/** Controls that ask a server. */
export const NEEDLESS = ['presets', 'controls', 'toggles', 'share', 'nav'];

const ONLY = {
  title: 'A recording',
  detail: 'This file holds measurements; a new measurement needs a Skipscope server.',
  status: 0,
};

/**
 * Make the source of a recorded run, or of none.
 *
 * @param {Recording|null} recording
 * @returns {Source}
 */
export function recordingOf(recording) {
  const refuse = () => Promise.reject(new Refusal(ONLY));
  /** @type {Source} */
  const nothing = {
    only: ONLY,
    watch: () => () => {},
    run: refuse,
    summarize: refuse,
    probe: refuse,
    maps: refuse,
    check: refuse,
    begin: refuse,
    runs: refuse,
    beside: refuse,
    change: refuse,
    step: refuse,
    fork: refuse,
    remove: refuse,
    parquet: refuse,
    pictures: () => null,
    weights: null,
  };
  if (!recording) return nothing;
  const { run, summaries, events } = recording;
  return {
    ...nothing,
    run: (id) => (id === run.id ? Promise.resolve(run) : refuse()),
    summarize: (description) => {
      const wanted = JSON.stringify(description);
      const v = (run.request?.variants ?? []).findIndex((one) => JSON.stringify(one) === wanted);
      return v >= 0 ? Promise.resolve(summaries[v]) : refuse();
    },
    watch: (_id, { onEvent }) => {
      for (const event of events) onEvent(event);
      return () => {};
    },
  };
}
