/** @file Controls that change networks or settings are not there while another's run is followed. */
import { isFollowing } from './state/readonly.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */

/**
 * Hide the places of such controls, and show them again.
 *
 * @param {(HTMLElement|null)[]} places named by `data-control`
 * @returns {import('./state/store.js').View}
 */
export function mountFollower(places) {
  const present = places.flatMap((place) => (place ? [place] : []));
  return {
    update: whenChanged(
      (state) => [isFollowing(state), state.hide],
      (/** @type {State} */ state) => {
        for (const place of present)
          place.hidden = isFollowing(state) || state.hide.includes(place.dataset.control ?? '');
      },
    ),
    destroy() {},
  };
}
