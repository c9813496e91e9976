/** @file The place of the heatmaps: words until a run has steps, and then the heatmaps, whose code comes with them. */
import { h } from '../dom.js';
import { later } from '../later.js';
import { whileSeen } from '../onscreen.js';
import { tellEmpty } from '../state/time.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */

const EMPTY = 'Press play: each recorded step becomes a column to press on.';

/** @param {State} state */
const hasSteps = ({ history, variants }) => history.length > 0 && variants.length === history.variants.length;

/**
 * Mount the heatmaps.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement|null} codes where the colours of no number are explained
 * @param {Store} store
 * @returns {import('../onscreen.js').Drawn}
 */
export function mountHeatmap(root, codes, store) {
  const empty = h('p', { class: 'chart-empty' }, EMPTY);
  const panels = h('div', { class: 'heatmap-panels' });
  root.append(panels, empty);
  // the words are written out of sight too: they give the panel its height, and with it whether it is in sight
  const heatmaps = whileSeen(root, () =>
    later(hasSteps, async () => {
      const { mountHeatmaps } = await import('../late.js');
      return () => mountHeatmaps(panels, codes, store);
    }),
  );
  return {
    update(state) {
      empty.hidden = hasSteps(state);
      const words = tellEmpty(state.run, EMPTY);
      if (empty.textContent !== words) empty.textContent = words;
      panels.hidden = !empty.hidden;
      heatmaps.update(state);
    },
    figure: heatmaps.figure,
    destroy() {
      heatmaps.destroy();
      root.replaceChildren();
    },
  };
}
