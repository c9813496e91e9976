/** @file A press on a chart over the steps. */

/**
 * Show the step at a place of the axis; one that is not recorded yet cannot be shown.
 *
 * @param {import('../state/store.js').Store} store @param {number} x
 */
export function pickStep(store, x) {
  const { steps, length } = store.state.history;
  const step = Math.round(x);
  if (step <= steps[length - 1]) store.dispatch({ type: 'show', step });
}
