/**
 * @file Layers x steps of log10 magnitude, or of cosines by block, a panel a network, each on its own scale or all on
 *   one. Pressing on a step shows it everywhere.
 */

import { createCover, union } from '../../figure/cover.js';
import { codeColor, heatmapOf } from '../../figure/heatmapfigure.js';
import { isSigned } from '../../figure/history.js';
import { CODES } from '../../figure/scale.js';
import { h } from '../dom.js';
import { whenChanged } from '../state/select.js';
import { createPanel } from './heatmappanel.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

/** The range where no number is finite. @type {[number, number]} */
const NOTHING = [-6, 0];
/** @type {[number, number]} */
const COSINES = [-1, 1];

/**
 * Mount the heatmaps of a run that has steps.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement|null} codes where the colours of no number are explained
 * @param {Store} store
 * @returns {View & {figure: () => import('./lines.js').Figure|null}}
 */
export function mountHeatmaps(root, codes, store) {
  /** @type {ReturnType<typeof createPanel>[]} */
  let all = [];
  /** One a network. @type {ReturnType<typeof createCover>[]} */
  let covers = [];
  /** One a network. @type {[number, number][]} */
  let ranges = [];
  let rescaled = false;
  /** @type {State['heat']|null} */
  let drawn = null;
  const observer = new ResizeObserver(() => {
    draw.again();
    for (const panel of all) panel.resize();
    update(store.state);
  });
  observer.observe(root);

  /** The meaning of the colours for values that are no number. @param {State['theme']} theme */
  const tellCodes = (theme) => {
    if (!codes || codes.dataset.theme === theme) return;
    codes.dataset.theme = theme;
    codes.replaceChildren(
      ...CODES.map(({ name }, i) =>
        h('li', {}, h('span', { class: 'heatmap-code', style: `background:${codeColor(theme, i)}` }), name),
      ),
    );
  };

  /** @param {State} state */
  function update(state) {
    const { history, variants, theme } = state;
    tellCodes(theme);
    if (history.length === 0 || variants.length !== history.variants.length) return;
    make(state);
    rescale(state);
    draw(state);
  }

  const make = whenChanged(
    ({ theme, variants }) => [theme, variants.length],
    (/** @type {State} */ { variants }) => {
      for (const panel of all) panel.destroy();
      all = variants.map((_, v) => createPanel(root, store, v));
      covers = variants.map(() => createCover());
      for (const panel of all) panel.resize(); // each one narrows those before it
    },
  );
  const rescale = whenChanged(
    ({ history, scale, variants, heat }) => [history, scale.heatmap, scale.locked, variants.length, heat],
    (/** @type {State} */ { history, run, variants, scale, heat }) => {
      const key = [run.id, heat, ...variants.map(({ summary }) => summary)];
      if (isSigned(heat)) {
        rescaled = rescaled || heat !== drawn;
        ranges = variants.map(() => COSINES);
        drawn = heat;
        return;
      }
      const own = covers.map((cover, v) => cover(key, history, v, heat, scale.locked));
      const common = union(own);
      const next = own.map((range) => (scale.heatmap === 'common' ? common : range) ?? NOTHING);
      rescaled = rescaled || heat !== drawn || String(next) !== String(ranges);
      ranges = next;
      drawn = heat;
    },
  );
  const draw = whenChanged(
    ({ history, theme, settings, shown, step, changes, hover, selection, heat }) => [
      String(ranges),
      heat,
      history,
      theme,
      settings.steps,
      shown,
      step,
      changes,
      hover,
      selection,
    ],
    (/** @type {State} */ state) => {
      all.forEach((panel, v) => panel.draw(state, ranges[v], rescaled));
      rescaled = false;
    },
  );
  return {
    update,
    figure: () => heatmapOf(store.state, ranges),
    destroy() {
      observer.disconnect();
      for (const panel of all) panel.destroy();
      root.replaceChildren();
      codes?.replaceChildren();
    },
  };
}
