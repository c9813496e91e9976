/** @file The charts' twin: a real table of the numbers on screen, a row a tap, at most a few redraws a second. */
import { h } from '../dom.js';
import { tapsOf } from '../quantity.js';
import { formatNumber } from '../scale.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../store.js').Store} Store */
/** @typedef {import('../store.js').View} View */

const MEASURES = /** @type {const} */ ([
  ['gradient_rms', 'gradient RMS'], ['activation_rms', 'activation RMS'], ['zero_fraction', 'zeros'],
]);
const EVERY = 250;

/**
 * Mount the table.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountTwin(root, store) {
  const body = h('tbody');
  const head = h('thead');
  const caption = h('caption', { class: 'visually-hidden' });
  const table = h('table', { class: 'twin-table' }, caption, head, body);
  const details = h('details', { class: 'twin-details' }, h('summary', {}, 'The same numbers as a table'), h('div', { class: 'twin-scroll', tabindex: '0', role: 'region', 'aria-label': 'Numbers on screen' }, table));
  root.append(details);
  let structure = '';
  /** @type {HTMLTableCellElement[][]} */
  let cells = [];
  /** @type {unknown} */
  let seen = null;
  let drawn = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let later;

  /** @param {State} state */
  function write(state) {
    drawn = performance.now();
    const { variants, values } = state;
    const names = [...new Set(variants.flatMap(({ taps }) => taps))];
    const wanted = JSON.stringify([names, variants.map(({ label }) => label)]);
    if (wanted !== structure) {
      structure = wanted;
      head.replaceChildren(
        h('tr', {}, h('th', { scope: 'col', rowspan: '2' }, 'tap'), ...variants.map(({ label }) => h('th', { scope: 'colgroup', colspan: String(MEASURES.length) }, label))),
        h('tr', {}, ...variants.flatMap(() => MEASURES.map(([, title]) => h('th', { scope: 'col' }, title)))),
      );
      cells = [];
      body.replaceChildren(...names.map((name) => {
        const row = variants.flatMap(({ label }) => MEASURES.map(([measure]) => h('td', { 'data-variant': label, 'data-measure': measure })));
        cells.push(row);
        return h('tr', { 'data-tap': name }, h('th', { scope: 'row' }, name), ...row);
      }));
    }
    caption.textContent = `Step ${state.step}`;
    const places = variants.map((variant) => tapsOf(variant).index);
    names.forEach((name, r) => {
      let c = 0;
      variants.forEach((_, v) => {
        const at = places[v].get(name) ?? -1;
        for (const [measure] of MEASURES) {
          const cell = cells[r][c];
          const value = at < 0 ? NaN : values[v][measure][at];
          const raw = Number.isNaN(value) ? '' : String(Number(value.toPrecision(4)));
          if (cell.dataset.value !== raw) {
            cell.dataset.value = raw;
            // plain digits: they are read aloud, copied and parsed
            cell.textContent = Number.isFinite(value) ? raw : formatNumber(value);
          }
          c += 1;
        }
      });
    });
  }

  return {
    update(state) {
      if (state.values === seen || state.values.length < state.variants.length || state.variants.length === 0) return;
      seen = state.values;
      clearTimeout(later);
      const wait = state.phase === 'running' ? EVERY - (performance.now() - drawn) : 0;
      if (wait <= 0) write(state);
      else later = setTimeout(() => write(store.state), wait);
    },
    destroy() {
      clearTimeout(later);
      root.replaceChildren();
    },
  };
}
