/**
 * @file On a phone a tap on a skip changes a chart that is out of sight: from then on it stands at the lower edge,
 *   until it is scrolled to or shut. Styles leave it in its place if there is room.
 */
import { h } from './dom.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').View} View */

/** So much of the charts' own place must be in sight, in pixels. */
const SEEN = 160;

/**
 * Mount the way in which a chart stays in sight.
 *
 * @param {HTMLElement} figure of the chart
 * @returns {View}
 */
export function mountPinned(figure) {
  const shut = h(
    'button',
    {
      type: 'button',
      class: 'icon-button small chart-unpin',
      'aria-label': 'Put the chart back in its place',
      onclick: () => release(),
    },
    '×',
  );
  figure.append(shut);
  const release = () => {
    delete figure.dataset.pinned;
  };
  const place = figure.parentElement ?? figure;
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries[entries.length - 1].isIntersecting) release();
    },
    { rootMargin: `0px 0px -${SEEN}px 0px` },
  );
  observer.observe(place);
  /** @type {unknown[]} */
  let of = [];
  const follow = whenChanged(
    ({ variants }) => [JSON.stringify(variants.map(({ skips, strength }) => [skips, strength]))],
    (/** @type {State} */ { variants }) => {
      const now = variants.map(({ summary }) => summary);
      // other networks are no tap on a skip
      const same = now.length === of.length && now.every((one, v) => one === of[v]);
      if (same && place.getBoundingClientRect().top > innerHeight - SEEN) figure.dataset.pinned = '';
      of = now;
    },
  );
  return {
    update: follow,
    destroy() {
      observer.disconnect();
      release();
      shut.remove();
    },
  };
}
