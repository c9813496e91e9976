/** @file The server's experiments: estimated, started, followed, changed, listed. */
import { followEvents, newKey, request } from './server.js';

/** @typedef {import('../wire').ExperimentView} ExperimentView */
/** @typedef {{kind: string} & Record<string, unknown>} Wish an experiment: its kind, and the fields of its request */
/**
 * @typedef {{id: number} & ({type: 'progress', data: import('../wire').ProgressEvent}
 *   | {type: 'partial'|'result', data: import('../wire').ResultEvent}
 *   | {type: 'status', data: import('../wire').StatusEvent}
 *   | {type: 'change', data: unknown})} Heard an event of an experiment
 */
/** @typedef {import('./source.js').Watcher<Heard>} Watcher */

/**
 * @typedef {object} Experiments each call answers, or throws a Refusal
 * @property {(wish: Wish) => Promise<import('../wire').EstimateView>} estimate
 * @property {(wish: Wish) => Promise<import('../wire').StartedView>} begin
 * @property {(id: string) => Promise<ExperimentView>} read
 * @property {(id: string) => Promise<ExperimentView>} stop
 * @property {(id: string) => Promise<unknown>} remove
 * @property {(limit: number) => Promise<import('../wire').ExperimentPage>} list
 * @property {(id: string, watcher: Watcher) => () => void} watch
 */

/**
 * Make the source of a server's experiments.
 *
 * @param {{ask?: typeof request, watch?: typeof followEvents}} [doors]
 * @returns {Experiments}
 */
export function experimentsOf({ ask = request, watch = followEvents } = {}) {
  const at = (/** @type {string} */ id) => `/api/experiments/${encodeURIComponent(id)}`;
  return {
    estimate: (body) => ask('/api/experiments/estimate', { method: 'POST', body }),
    begin: (body) => ask('/api/experiments', { method: 'POST', body, headers: { 'idempotency-key': newKey() } }),
    read: (id) => ask(at(id)),
    stop: (id) => ask(at(id), { method: 'PATCH', body: { state: 'stopped' } }),
    remove: (id) => ask(at(id), { method: 'DELETE' }),
    list: (limit) => ask(`/api/experiments/list?limit=${limit}`),
    watch: (id, watcher) => watch(`${at(id)}/events`, watcher),
  };
}
