/** @file The chart of the training: of a run here, or of one that trains elsewhere. */
import { isOutside } from '../state/outside.js';
import { mountCurves } from './curves.js';
import { mountLogged } from './logged.js';

/** @typedef {import('../onscreen.js').Drawn} Drawn */

/**
 * Mount the chart of the run on screen; another kind of run takes its place.
 *
 * @param {HTMLElement} root
 * @param {import('../state/store.js').Store} store
 * @returns {Drawn}
 */
export function mountTraining(root, store) {
  let elsewhere = isOutside(store.state);
  const make = () => (elsewhere ? mountLogged : mountCurves)(root, store);
  let chart = make();
  return {
    update(state) {
      if (isOutside(state) !== elsewhere) {
        elsewhere = !elsewhere;
        chart.destroy();
        chart = make();
      }
      chart.update(state);
    },
    figure: () => chart.figure(),
    destroy: () => chart.destroy(),
  };
}
