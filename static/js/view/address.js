/** @file The address of what a laboratory shows; it follows the state, and what is dragged once that rests. */
import { encodeNet, encodeState } from './state/url.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/state.js').Settings} Settings */

/** So long must rest what is dragged, in milliseconds. */
const REST = 250;

/**
 * Follow the state.
 *
 * @param {string} address where it begins
 * @param {State} served the page without an address
 * @param {(address: string) => void} write
 * @returns {import('./state/store.js').View}
 */
export function followAddress(address, served, write) {
  const query = served.variants
    .map(({ description, skips, usualSkips }) => `net=${encodeNet(description, skips, usualSkips)}`)
    .join('&');
  const { settings } = served;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  return {
    update(state) {
      const next = encodeState(state, { query, settings });
      if (next === address || state.variants.length === 0) return;
      const put = () => {
        address = next;
        write(next);
      };
      clearTimeout(resting);
      if (still(next) === still(address)) resting = setTimeout(put, REST);
      else put();
    },
    destroy: () => clearTimeout(resting),
  };
}

/** An address without what can be dragged. @param {string} query */
function still(query) {
  return query.replaceAll(/[?&](step|brush)=[^&]*/g, '');
}
