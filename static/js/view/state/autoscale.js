/**
 * @file The diagram's range of decades follows what is measured: it grows at once, shrinks slowly, and stays where it
 * is when locked.
 */
import { heldSpans, spansOf } from '../../figure/styles.js';
import { drawnBatch } from '../../figure/measured.js';
import { magnitudesOf, QUANTITIES } from '../../figure/quantity.js';
import { createKeyedFollower, decadeRange } from '../../figure/scale.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./store.js').View} View */

/**
 * Follow the numbers of the quantity on screen.
 *
 * @param {Store} store
 * @returns {View}
 */
export function mountAutoscale(store) {
  const follow = createKeyedFollower();
  /** @type {any[]} */
  let key = [];
  /** @type {State['values']|null} */
  let last = null;
  /** Keep the local ranges as they are now. @param {State} state */
  const hold = (state) => {
    const { quantity, variants, values, scale } = state;
    const spans = spansOf(state, variants.map((variant, v) => magnitudesOf(quantity, variant, values[v], drawnBatch(state))));
    store.dispatch({ type: 'scale', changes: { held: { scope: scale.scope, quantity, summaries: variants.map(({ summary }) => summary), spans } } });
  };

  return {
    update(state) {
      const { quantity, variants, values, scale } = state;
      if (scale.locked && scale.scope !== 'common' && values.length > 0 && !heldSpans(state)) hold(state);
      if (scale.locked || values.length === 0 || QUANTITIES[quantity].linear) return;
      const next = [quantity, scale.locked, state.run.id, ...variants.map((variant) => variant.summary)];
      const fresh = next.length !== key.length || next.some((part, i) => part !== key[i]);
      if (!fresh && values === last) return;
      key = next;
      last = values;
      const range = follow(key, decadeRange(variants.flatMap((variant, v) => {
        const { branch, skip, trunk, layers } = magnitudesOf(quantity, variant, values[v], drawnBatch(state));
        return [...branch, ...skip, ...trunk, ...layers.values()];
      })));
      if (range && (range[0] !== scale.low || range[1] !== scale.high)) store.dispatch({ type: 'scale', changes: { low: range[0], high: range[1] } });
    },
    destroy() {},
  };
}
