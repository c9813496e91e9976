/**
 * @file The diagram's range of decades follows what is measured: it grows at once, shrinks slowly, and stays where it
 * is when locked. Pure: a part of what an event does to the state.
 */

import { drawnBatch, same } from '../../figure/measured.js';
import { magnitudesOf, QUANTITIES } from '../../figure/quantity.js';
import { decadeRange, followRange, UNFOLLOWED } from '../../figure/scale.js';
import { heldSpans, spansOf } from '../../figure/styles.js';

/** @typedef {import('./state.js').State} State */

/**
 * Answer the state with a scale that fits its numbers.
 *
 * @param {State} before the event
 * @param {State} state after it
 * @returns {State}
 */
export function rescaled(before, state) {
  const { quantity, variants, values, scale } = state;
  if (values.length === 0) return state;
  if (scale.locked) return scale.scope === 'common' || heldSpans(state) ? state : held(state);
  if (QUANTITIES[quantity].linear) return state;
  const key = [quantity, state.run.id, ...variants.map(({ summary }) => summary)];
  const fresh = !same(key, state.follow.key);
  if (!fresh && values === before.values && !before.scale.locked) return state;
  const wanted = decadeRange(
    magnitudes(state).flatMap(({ branch, skip, trunk, layers }) => [...branch, ...skip, ...trunk, ...layers.values()]),
  );
  const follow = { key, held: followRange(fresh ? UNFOLLOWED : state.follow.held, wanted) };
  const [low, high] = follow.held.range ?? [scale.low, scale.high];
  return { ...state, follow, scale: low === scale.low && high === scale.high ? scale : { ...scale, low, high } };
}

/** Keep the local ranges as they are now. @param {State} state @returns {State} */
function held(state) {
  const { quantity, variants, scale } = state;
  return {
    ...state,
    scale: {
      ...scale,
      held: {
        scope: scale.scope,
        quantity,
        summaries: variants.map(({ summary }) => summary),
        spans: spansOf(state, magnitudes(state)),
      },
    },
  };
}

/** @param {State} state */
function magnitudes(state) {
  return state.variants.map((variant, v) => magnitudesOf(state.quantity, variant, state.values[v], drawnBatch(state)));
}
