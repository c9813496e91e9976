/** @file The experiment to take along: as a link, a Python program, a call of the API, a picture, numbers. */

import { csvOf } from '../../figure/lab/sheets.js';
import { themed } from '../../figure/lab/themed.js';
import { copied } from '../../view/copied.js';
import { h } from '../../view/dom.js';
import { shutFromOutside } from '../../view/menu.js';
import { curlOf, pythonOf, wishOf } from './request.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').View} View */
/** @typedef {import('../../figure/drawing.js').Figure} Figure */

const PICTURE = { width: 1200, least: 500 };

/**
 * Mount the program and the call.
 *
 * @param {HTMLElement} root
 * @returns {View}
 */
export function mountProgram(root) {
  /** @type {Record<string, (state: State) => string>} */
  const forms = {
    Python: (state) => pythonOf(wishOf(state), state.kind),
    curl: (state) => curlOf(wishOf(state), location.origin),
  };
  let chosen = 'Python';
  /** @type {State|null} */
  let newest = null;
  const text = h('textarea', {
    class: 'share-text',
    readonly: true,
    spellcheck: 'false',
    'aria-label': 'This experiment as a program',
  });
  const said = h('span', { class: 'share-said', role: 'status' });
  const buttons = Object.keys(forms).map((name) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button small',
        'aria-pressed': String(name === chosen),
        onclick: () => {
          chosen = name;
          for (const one of buttons) one.setAttribute('aria-pressed', String(one.textContent === chosen));
          write();
        },
      },
      name,
    ),
  );
  const copy = h(
    'button',
    {
      type: 'button',
      class: 'button small',
      onclick: async () => {
        said.textContent = (await copied(text)) ? 'Copied.' : 'The text is marked: copy it by hand.';
      },
    },
    'Copy',
  );
  root.append(h('div', { class: 'lab-tabs' }, ...buttons, said, copy), text);
  const write = () => {
    const next = newest ? forms[chosen](newest) : '';
    if (text.value === next) return;
    text.value = next;
    text.rows = Math.min(16, next.split('\n').length);
    said.textContent = '';
  };
  return {
    update(state) {
      newest = state;
      write();
    },
    destroy: () => root.replaceChildren(),
  };
}

/**
 * Mount the menu.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {(figure: Figure) => Promise<import('../../view/plotly.js').PlotlyStatic>} plotly
 * @returns {View}
 */
export function mountExport(root, store, plotly) {
  const said = h('p', { class: 'share-said', role: 'status' });
  const link = h('input', { class: 'field-input lab-link', readonly: true, hidden: true, 'aria-label': 'Link' });
  const figure = () => /** @type {Figure|null} */ (store.state.experiment?.figure ?? null);
  const name = () => `skipscope-${store.state.experiment?.kind}-${store.state.experiment?.id}`;
  const picture = async (/** @type {'png'|'svg'} */ format) => {
    const made = figure();
    if (!made) return;
    // plotly.js writes into what it draws
    const { data, layout } = structuredClone(themed(made, store.state.theme));
    const height = Math.max(PICTURE.least, Number(layout.height ?? 0));
    const alone = { data, layout: { ...layout, width: PICTURE.width, height } };
    const Plotly = await plotly(made);
    const size = { width: PICTURE.width, height, scale: format === 'png' ? 2 : 1 };
    save(await Plotly.toImage(alone, { format, ...size }), `${name()}.${format}`);
  };
  const file = (/** @type {string} */ content, /** @type {string} */ type, /** @type {string} */ ending) => {
    const address = URL.createObjectURL(new Blob([content], { type }));
    save(address, `${name()}.${ending}`);
    setTimeout(() => URL.revokeObjectURL(address));
  };
  /** @type {[string, string, () => void|Promise<void>][]} */
  const forms = [
    ['PNG', 'The figure as PNG', () => picture('png')],
    ['SVG', 'The figure as SVG', () => picture('svg')],
    ['CSV', 'The numbers of the figure as CSV', () => file(csvOf(/** @type {Figure} */ (figure())), 'text/csv', 'csv')],
    [
      'JSON',
      'Request, result and figure as JSON',
      () => file(JSON.stringify(store.state.experiment, null, 1), 'application/json', 'json'),
    ],
  ];
  const buttons = forms.map(([text, title, act]) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button small',
        title,
        'aria-label': title,
        onclick: async () => {
          said.textContent = '';
          try {
            await act();
          } catch (error) {
            said.textContent = `It was not made: ${error instanceof Error ? error.message : error}.`;
            throw error;
          }
        },
      },
      text,
    ),
  );
  const copyLink = h(
    'button',
    {
      type: 'button',
      class: 'button small',
      onclick: async () => {
        link.value = location.href;
        link.hidden = false;
        said.textContent = (await copied(link)) ? 'Copied.' : 'The link is marked: copy it by hand.';
      },
    },
    'Copy link',
  );
  const menu = h(
    'details',
    { class: 'menu' },
    h('summary', { class: 'button small' }, 'Export'),
    h('div', { class: 'menu-body' }, h('span', { class: 'tool-group' }, ...buttons), copyLink, link, said),
  );
  root.append(menu);
  const leave = shutFromOutside(menu);
  return {
    update({ experiment }) {
      root.hidden = experiment === null;
      for (const button of buttons) button.disabled = !experiment?.figure;
    },
    destroy() {
      leave();
      root.replaceChildren();
    },
  };
}

/** @param {string} href @param {string} download */
function save(href, download) {
  h('a', { href, download }).click();
}
