/** @file The one stream of a room's page: the room's events, and with them those of the job that its host shows. */
import { followEvents } from './server.js';

/** Milliseconds over which a hall comes back after a restart. */
const SPREAD = 3000;
/** Milliseconds between two tries to come back, beside those: a restart takes a few seconds. */
const WAITS = [0, 500, 1000];
const JOB = /^\/api\/(?:runs|experiments)\/([^/]+)\/events$/;

/** @typedef {import('./source.js').Watcher<never>} JobWatcher of events of any kind of job */
/** @typedef {{id: number, type: string, data: {state?: string}}} Heard */
/** @typedef {{id: string, since: number, watcher: JobWatcher}} Shown */

/**
 * Is an event the room's, and not that of the job beside it?
 *
 * @param {{type: string, data: {state?: string}}} event
 */
export function isOfRoom({ type, data }) {
  return type === 'room' || (type === 'status' && data.state === 'ended');
}

/**
 * Follow a room.
 *
 * @param {string} at the room's address
 * @param {import('./rooms.js').Watcher} watcher
 * @param {typeof followEvents} [watch]
 */
export function createRoomStream(at, watcher, watch = followEvents) {
  let revision = 0;
  /** @type {Shown|null} */
  let shown = null;
  let leave = () => {};
  // the address says how far both are: an id of the stream would be of one of them
  const address = () => {
    const query = new URLSearchParams({ after: String(revision) });
    if (shown) query.set('job', shown.id);
    if (shown) query.set('since', String(shown.since));
    return `${at}/events?${query}`;
  };
  const begin = () => {
    leave();
    leave = watch(
      address,
      {
        lastEventId: null,
        onEvent: (/** @type {Heard} */ told) => {
          if (isOfRoom(told)) {
            revision = told.id;
            watcher.onEvent(/** @type {import('./rooms.js').Told} */ (told));
          } else if (shown) {
            shown.since = told.id;
            shown.watcher.onEvent(/** @type {never} */ (told));
          }
        },
        onConnection: (state) => {
          watcher.onConnection(state);
          shown?.watcher.onConnection(state);
        },
        onRefusal: (problem) => {
          const refused = shown;
          if (refused === null || problem.field === 'code') watcher.onRefusal(problem);
          else {
            shown = null;
            refused.watcher.onRefusal(problem);
            begin();
          }
        },
      },
      { spread: SPREAD, waits: WAITS, isLast: (event) => event.type === 'status' && isOfRoom(event) },
    );
  };
  begin();
  return {
    /**
     * Have the events of a job on the stream too.
     *
     * @param {string} events their address
     * @param {JobWatcher} by
     * @returns {(() => void)|null} the way to leave; null of what is no job, and beside another
     */
    follow(events, by) {
      const id = JOB.exec(events)?.[1];
      if (id === undefined || shown !== null) return null;
      const mine = { id: decodeURIComponent(id), since: by.lastEventId ?? 0, watcher: by };
      shown = mine;
      begin();
      return () => {
        if (shown !== mine) return;
        shown = null;
        begin();
      };
    },
    /** Follow no job any more. */
    release() {
      if (shown === null) return;
      shown = null;
      begin();
    },
    /** Connect anew: a connection may be dead and not know it. */
    renew: begin,
    leave: () => leave(),
  };
}

/** @typedef {ReturnType<typeof createRoomStream>} RoomStream */
