/** @file The server's part in a file that has none: the run that the file holds, and a word for everything else. */
import { Refusal } from './server.js';

/** @typedef {import('./server.js').StreamEvent} StreamEvent */
/** @typedef {{run: Record<string, any>, summaries: any[], events: StreamEvent[]}} Recording */

/** Controls that ask a server. */
export const NEEDLESS = ['presets', 'transport', 'controls', 'toggles', 'share', 'nav'];

const ONLY = { title: 'A recording', detail: 'This file holds what was measured; to measure anew it takes a Skipscope server.', status: 0 };

/**
 * Make the doors that commands knock at.
 *
 * @param {Recording} recording
 * @returns {{ask: typeof import('./server.js').request, watch: typeof import('./server.js').follow, only: import('../view/state/state.js').Problem}}
 */
export function recordedDoors({ run, summaries, events }) {
  return {
    only: ONLY,
    ask: (path, { method = 'GET', body } = {}) => {
      if (path === `/api/runs/${run.id}` && method === 'GET') return Promise.resolve(run);
      if (path === '/api/architectures/summary') {
        const wanted = JSON.stringify(body);
        const v = run.request.variants.findIndex((/** @type {any} */ one) => JSON.stringify(one) === wanted);
        if (v >= 0) return Promise.resolve(summaries[v]);
      }
      return Promise.reject(new Refusal(ONLY));
    },
    watch: (_id, { onEvent }) => {
      for (const event of events) onEvent(event);
      return () => {};
    },
  };
}
