/** @file Words in the place of numbers that are still measured, which the drawing of other networks gives way to. */
import { h } from './dom.js';

const OF_RUNS = ['curves', 'heatmap'];

/**
 * Mount the words of some places.
 *
 * @param {HTMLElement[]} places
 * @returns {(words: string|null) => void} null: the numbers are there
 */
export function mountWaiting(places) {
  /** @type {HTMLElement[]} */
  let shown = [];
  return (words) => {
    for (const one of shown) one.remove();
    shown = [];
    for (const place of places) {
      const own = place.querySelector(':scope > .chart-empty');
      // a place of a run's numbers says already what it waits for
      const waits = words !== null && !(OF_RUNS.includes(place.dataset.part ?? '') && own?.checkVisibility());
      place.classList.toggle('waits', waits);
      if (!waits) continue;
      const one = h('p', { class: 'chart-empty chart-waiting' }, words);
      place.append(one);
      shown.push(one);
    }
  };
}
