/**
 * @file From the run's stream into the store.
 */

/** @typedef {import('./state.js').RunState} RunState */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../../sources/source.js').StreamEvent} StreamEvent */

/** @param {Store} store @param {StreamEvent} event */
export function take(store, { id, type, data }) {
  if (type === 'schema') store.dispatch({ type: 'stream/schema', id, variants: data.variants });
  else if (type === 'step') store.dispatch({ type: 'stream/step', id, record: data });
  else if (type === 'change') store.dispatch({ type: 'stream/change', id, step: data.step, variant: data.variant ?? null, changed: data.changed });
  else if (type === 'status') {
    store.dispatch({ type: 'stream/status', id, state: /** @type {RunState} */ (data.state), reason: data.reason ?? null, queue_position: data.queue_position ?? null });
  }
}
