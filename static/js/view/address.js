/** @file The address of what a laboratory shows; it follows the state, and what is dragged once that rests. */
import { encodeNet, encodeState } from './state/url.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/state.js').Settings} Settings */

/** So long must rest what is dragged, in milliseconds. */
const REST = 250;

/** Names of an address that say how something is looked at, and not what. */
const LOOKS = [
  'quantity',
  'branch',
  'heat',
  'theory',
  'view',
  'scale',
  'heatmap',
  'lock',
  'brush',
  'select',
  'speed',
  'step',
  'hide',
  'letters',
];

/**
 * Follow the state.
 *
 * @param {string} address where it begins
 * @param {State} served the page without an address
 * @param {(address: string, isStep: boolean) => void} write told whether other networks, settings or runs are on the
 *   page, and not only another look at them or other skips
 * @returns {import('./state/store.js').View & {during: (asked: Promise<void>, address: string) => Promise<void>}}
 *   `during`: another address is brought about, and nothing is written until it is
 */
export function followAddress(address, served, write) {
  const query = served.variants
    .map(({ description, skips, usualSkips }) => `net=${encodeNet(description, skips, usualSkips)}`)
    .join('&');
  const { settings } = served;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  let held = 0;
  /** @type {State|null} */
  let newest = null;

  /** @param {State} state @param {boolean} [isStep] */
  const follow = (state, isStep) => {
    newest = state;
    const next = encodeState(state, { query, settings });
    if (held > 0 || next === address || state.variants.length === 0) return;
    const put = () => {
      const other = isStep ?? subjectOf(next) !== subjectOf(address);
      address = next;
      write(next, other);
    };
    clearTimeout(resting);
    if (still(next) === still(address)) resting = setTimeout(put, REST);
    else put();
  };
  return {
    update: (state) => follow(state),
    async during(asked, wanted) {
      held += 1;
      clearTimeout(resting);
      address = wanted;
      try {
        await asked;
      } finally {
        held -= 1;
        // what could not be had is not in the address either
        if (newest) follow(newest, false);
      }
    },
    destroy: () => clearTimeout(resting),
  };
}

/** Networks but for their skips, settings and run of an address. @param {string} address */
export function subjectOf(address) {
  const query = new URLSearchParams(address);
  for (const name of LOOKS) query.delete(name);
  const nets = query.getAll('net').map((net) => net.replaceAll(/,(cut|only|skips|strength):[^,]*/g, ''));
  query.delete('net');
  for (const net of nets) query.append('net', net);
  query.sort();
  return query.toString();
}

/** An address without what can be dragged. @param {string} query */
function still(query) {
  return query.replaceAll(/[?&](step|brush)=[^&]*/g, '');
}
