/**
 * @file The charts' twin: every number on screen in real tables, at most a few redraws a second. A row of a block has
 * its skip. Only the table of the taps is written while the twin is shut, and then once a second.
 */

import { formatNumber } from '../../figure/scale.js';
import { h } from '../dom.js';
import { isReadOnly } from '../state/readonly.js';
import { whenChanged } from '../state/select.js';
import { otherSheets, tapSheet } from './sheets.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */
/** @typedef {import('./sheets.js').Sheet} Sheet */

const EVERY = { open: 250, shut: 1000 };

/**
 * Mount the tables.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountTwin(root, store) {
  const taps = createTable(store);
  const others = [createTable(store), createTable(store), createTable(store)];
  const details = h(
    'details',
    {
      class: 'twin-details',
      ontoggle: () => {
        if (details.open) write(store.state);
        else for (const table of others) table.clear();
      },
    },
    h('summary', {}, 'The same numbers as tables'),
    h('div', { class: 'twin-tables' }, taps.element, ...others.map(({ element }) => element)),
  );
  root.append(details);
  let drawn = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let later;

  /** @param {State} state */
  function write(state) {
    drawn = performance.now();
    if (state.variants.length === 0 || state.values.length < state.variants.length) return;
    taps.write(tapSheet(state), state);
    if (details.open) otherSheets(state).forEach((sheet, i) => others[i].write(sheet, state));
  }

  return {
    update: whenChanged(
      ({ values, variants, scores, theory }) => [values, variants, scores, theory],
      (/** @type {State} */ state) => {
        for (const table of others) table.mark(state);
        clearTimeout(later);
        const wait =
          state.phase === 'running' ? EVERY[details.open ? 'open' : 'shut'] - (performance.now() - drawn) : 0;
        if (wait <= 0) write(state);
        else later = setTimeout(() => write(store.state), wait);
      },
    ),
    destroy() {
      clearTimeout(later);
      root.replaceChildren();
    },
  };
}

/** @param {Store} store */
function createTable(store) {
  const caption = h('caption');
  const head = h('thead');
  const body = h('tbody');
  const element = h(
    'div',
    { class: 'twin-scroll', tabindex: '0', role: 'region', hidden: true },
    h('table', { class: 'twin-table' }, caption, head, body),
  );
  let structure = '';
  /** @type {HTMLTableCellElement[][]} */
  let cells = [];
  /** @type {HTMLInputElement[]} */
  let skips = [];
  let written = new Float64Array(0);

  /** @param {Sheet} sheet */
  function build({ of, title, names, measures, groups }) {
    const own = of === 'block' ? [h('th', { scope: 'col' }, 'skip')] : [];
    const columns = () => [
      ...own.map((one) => one.cloneNode(true)),
      ...measures.map(([, text]) => h('th', { scope: 'col' }, text)),
    ];
    const first = h('th', { scope: 'col', rowspan: groups.length > 1 || groups[0].label ? 2 : 1 }, of);
    head.replaceChildren(
      ...(groups[0].label
        ? [
            h(
              'tr',
              {},
              first,
              ...groups.map(({ label }) =>
                h('th', { scope: 'colgroup', colspan: measures.length + own.length }, label),
              ),
            ),
            h('tr', {}, ...groups.flatMap(columns)),
          ]
        : [h('tr', {}, first, ...columns())]),
    );
    element.setAttribute('aria-label', `${title}: numbers on screen`);
    element.hidden = false;
    skips = [];
    cells = [];
    body.replaceChildren(
      ...names.map((name) => {
        const row = groups.map(({ label }) =>
          measures.map(([measure]) =>
            h('td', { 'data-variant': label || name, 'data-measure': measure, 'data-value': '' }, formatNumber(NaN)),
          ),
        );
        cells.push(row.flat());
        return h(
          'tr',
          { [`data-${of}`]: name },
          h('th', { scope: 'row' }, name),
          ...row.flatMap((group, v) =>
            of === 'block'
              ? [
                  h(
                    'td',
                    {},
                    groups[v].index.has(name) && skip(v, groups[v].index.get(name) ?? -1, name, groups[v].label),
                  ),
                  ...group,
                ]
              : group,
          ),
        );
      }),
    );
    written = new Float64Array(names.length * groups.length * measures.length).fill(NaN);
  }

  /** @param {number} variant @param {number} block @param {string} name @param {string} label */
  function skip(variant, block, name, label) {
    const box = h('input', {
      type: 'checkbox',
      'aria-label': `skip of ${name}, ${label}`,
      'data-variant': variant,
      'data-block': block,
      onchange: () => {
        // shown as it is until the page has taken it
        box.checked = !box.checked;
        void store.commands.toggle(variant, block);
      },
    });
    skips.push(box);
    return box;
  }

  /** @param {State} state */
  function mark(state) {
    const { variants } = state;
    for (const box of skips) {
      box.checked = variants[Number(box.dataset.variant)]?.skips[Number(box.dataset.block)] ?? false;
      box.disabled = isReadOnly(state);
    }
  }

  return {
    element,
    mark,
    /** @param {Sheet} sheet @param {State} state */
    write(sheet, state) {
      const wanted = JSON.stringify([sheet.names, sheet.measures, sheet.groups.map(({ label }) => label)]);
      if (wanted !== structure) {
        structure = wanted;
        build(sheet);
      }
      const said = `${sheet.title}, step ${state.step}`;
      if (caption.textContent !== said) caption.textContent = said;
      mark(state);
      let at = 0;
      sheet.names.forEach((name, r) => {
        let c = 0;
        for (const { index, columns } of sheet.groups) {
          const place = index.get(name) ?? -1;
          for (const column of columns) {
            const value = column[place] ?? NaN;
            if (!Object.is(value, written[at])) {
              written[at] = value;
              tell(cells[r][c], value);
            }
            at += 1;
            c += 1;
          }
        }
      });
    },
    clear() {
      structure = '';
      skips = [];
      element.hidden = true;
      body.replaceChildren();
    },
  };
}

/** Plain digits: they are read aloud, copied and parsed. @param {HTMLTableCellElement} cell @param {number} value */
function tell(cell, value) {
  const raw = Number.isNaN(value) ? '' : String(Number(value.toPrecision(4)));
  cell.dataset.value = raw;
  cell.textContent = Number.isFinite(value) ? raw : formatNumber(value);
}
