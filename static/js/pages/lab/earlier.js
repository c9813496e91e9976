/** @file The experiments of this server, the newest first: to open, and one's own to delete. */
import { confirmed } from '../../view/confirm.js';
import { h } from '../../view/dom.js';
import { whenChanged } from '../../view/state/select.js';
import { ago } from '../runs/rundigest.js';
import { isAlive } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').Row} Row */
/** @typedef {import('./state.js').View} View */

/**
 * @param {HTMLElement} root @param {Store} store @param {HTMLElement} page in which a question is asked
 * @returns {View}
 */
export function mountEarlier(root, store, page) {
  const head = h('h2', {}, 'Earlier experiments of this server');
  const list = h('ul', { class: 'lab-rows' });
  const none = h('p', { class: 'lab-none' }, 'None yet: the first one that you run is kept here.');
  const more = h('p', { class: 'lab-none', hidden: true });
  root.append(head, list, none, more);

  /** @param {Row} row @param {State} state */
  const entry = (row, { kinds, experiment }) => {
    const title = kinds.find(({ kind }) => kind === row.kind)?.name ?? row.kind;
    const state = experiment?.id === row.id ? experiment.state : row.state;
    const what = row.networks.join(' beside ');
    const open = (/** @type {Event} */ event) => {
      if (event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      void store.commands.open(row.id);
    };
    const shown = experiment?.id === row.id;
    return h(
      'li',
      { 'data-experiment': row.id, 'data-state': state },
      h(
        'a',
        { href: `/lab?experiment=${encodeURIComponent(row.id)}`, 'aria-current': shown ? 'true' : null, onclick: open },
        h('strong', {}, title),
        what ? ` ${what}` : '',
      ),
      h('span', { class: 'lab-row-state' }, state === 'done' ? '' : state),
      h(
        'time',
        { datetime: new Date(row.created * 1000).toISOString(), title: new Date(row.created * 1000).toLocaleString() },
        ago(row.created, Date.now() / 1000),
      ),
      row.own &&
        !isAlive({ state }) &&
        h(
          'button',
          {
            type: 'button',
            class: 'button small',
            'aria-label': `Delete ${title} of ${what || row.id}`,
            onclick: async () => {
              if (await confirmed(page, 'Delete “', h('bdi', {}, `${title} ${what}`.trim()), '” with its result?'))
                await store.commands.forget(row);
            },
          },
          'Delete',
        ),
    );
  };

  return {
    update: whenChanged(
      (/** @type {State} */ { rows, experiment, kinds }) => [rows, experiment?.id, experiment?.state, kinds],
      (/** @type {State} */ state) => {
        const { rows, total } = state;
        none.hidden = rows.length > 0;
        more.hidden = total <= rows.length;
        more.textContent = `The newest ${rows.length} of ${total}.`;
        list.replaceChildren(...rows.map((row) => entry(row, state)));
      },
    ),
    destroy: () => root.replaceChildren(),
  };
}
