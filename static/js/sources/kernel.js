/** @file A notebook's kernel as a source: one run, whose events come as the kernel sends them. */
import { recordingOf } from './recording.js';

/** @typedef {import('./source.js').Source} Source */
/** @typedef {import('./source.js').StreamEvent} StreamEvent */
/** @typedef {import('../wire').RecordingView} Recording */

const ONLY = {
  title: 'A view in a notebook',
  detail: 'The notebook’s cells train and measure here; the view shows what they recorded.',
  status: 0,
};

/**
 * Make the source of a run in a kernel.
 *
 * @param {Recording} recording its events are those that came already
 * @returns {{source: Source, take: (events: StreamEvent[]) => void}} `take` adds events
 */
export function kernelOf(recording) {
  const events = [...recording.events];
  /** @type {Set<(event: StreamEvent) => void>} */
  const watching = new Set();
  return {
    source: {
      ...recordingOf({ ...recording, events }),
      only: ONLY,
      watch: (_id, { lastEventId, onEvent }) => {
        for (const event of events) if (event.id > (lastEventId ?? 0)) onEvent(event);
        watching.add(onEvent);
        return () => watching.delete(onEvent);
      },
    },
    take(more) {
      events.push(...more);
      for (const tell of watching) for (const event of more) tell(event);
    },
  };
}
