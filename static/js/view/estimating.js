/** @file The time that a run would take is asked for whenever other networks or settings are on the page. */
import { Refusal } from '../sources/source.js';
import { wireArchitecture } from './state/describe.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */

/** So long must networks and settings rest, in milliseconds. */
const REST = 400;

/**
 * Mount it.
 *
 * @param {import('./state/store.js').Store} store
 * @param {import('../sources/source.js').Source} source
 * @returns {import('./state/store.js').View}
 */
export function mountEstimating(store, source) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  let asked = 0;

  const ask = async () => {
    asked += 1;
    const number = asked;
    const { variants, settings, run } = store.state;
    if (run.id !== null || variants.length === 0) return;
    /** @type {number|null} */
    let seconds = null;
    try {
      ({ seconds } = await source.check({ ...settings, variants: variants.map(wireArchitecture) }));
    } catch (error) {
      // a run that cannot be is refused when it is asked for, in words
      if (!(error instanceof Refusal)) throw error;
    }
    if (number === asked) store.dispatch({ type: 'estimate', seconds });
  };
  return {
    update: whenChanged(
      ({ variants, settings, run, phase }) => [
        variants.map(({ summary }) => summary.label).join(),
        settings,
        run.id,
        phase === 'loading',
      ],
      (/** @type {State} */ { run, phase }) => {
        clearTimeout(resting);
        if (run.id === null && phase !== 'loading') resting = setTimeout(() => void ask(), REST);
      },
    ),
    destroy: () => clearTimeout(resting),
  };
}
