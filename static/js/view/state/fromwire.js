/**
 * @file From the run's stream into the store.
 */

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../../sources/source.js').StreamEvent} StreamEvent */

/** @param {Store} store @param {StreamEvent} event */
export function take(store, { id, type, data }) {
  if (type === 'schema') store.dispatch({ type: 'stream/schema', id, variants: data.variants });
  else if (type === 'step') store.dispatch({ type: 'stream/step', id, record: data });
  else if (type === 'change') store.dispatch({ type: 'stream/change', id, ...data });
  else if (type === 'status') store.dispatch({ type: 'stream/status', id, ...data });
}
