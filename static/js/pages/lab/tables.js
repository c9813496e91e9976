/** @file The numbers of the figure as tables, written when they are opened. */
import { sheetsOf } from '../../figure/lab/sheets.js';
import { formatNumber } from '../../figure/scale.js';
import { h } from '../../view/dom.js';
import { whenChanged } from '../../view/state/select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').View} View */
/** @typedef {import('../../figure/lab/sheets.js').Sheet} Sheet */

/** @param {HTMLElement} root @returns {View} */
export function mountTables(root) {
  const places = h('div', { class: 'twin-tables' });
  /** @type {State|null} */
  let newest = null;
  const details = h(
    'details',
    { class: 'twin-details', ontoggle: () => write() },
    h('summary', {}, 'The same numbers as tables'),
    places,
  );
  root.append(details);

  const write = () => {
    const figure = newest?.experiment?.figure ?? null;
    if (details.open && figure)
      places.replaceChildren(...sheetsOf(/** @type {import('../../figure/drawing.js').Figure} */ (figure)).map(table));
  };
  const update = whenChanged(
    (/** @type {State} */ { experiment }) => [experiment?.figure],
    (/** @type {State} */ { experiment }) => {
      root.hidden = !experiment?.figure;
      write();
    },
  );
  return {
    update(state) {
      newest = state;
      update(state);
    },
    destroy: () => root.replaceChildren(),
  };
}

/** @param {Sheet} sheet */
function table({ title, corner, heads, rows }) {
  return h(
    'div',
    { class: 'twin-scroll', tabindex: '0', role: 'region', 'aria-label': `${title}: numbers of the figure` },
    h(
      'table',
      { class: 'twin-table' },
      h('caption', {}, title),
      h(
        'thead',
        {},
        h('tr', {}, h('th', { scope: 'col' }, corner), ...heads.map((head) => h('th', { scope: 'col' }, head))),
      ),
      h(
        'tbody',
        {},
        ...rows.map(({ name, cells }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name),
            ...cells.map((cell) => h('td', {}, cell.map(textOf).join(', '))),
          ),
        ),
      ),
    ),
  );
}

/** @param {import('../../figure/lab/sheets.js').Cell[number]} value */
function textOf(value) {
  return typeof value === 'number' ? formatNumber(value) : (value ?? '');
}
