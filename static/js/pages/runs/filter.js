/** @file Which runs are listed: words, a state, a tag, an experiment, one's own; as controls and as an address. */
import { h } from '../../view/dom.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {{q: string, state: string, tag: string, experiment: string, mine: boolean}} Filter empty: all runs */

const STATES = ['running', 'queued', 'paused', 'done', 'stopped', 'failed', 'interrupted'];
/** So long after the last key words are looked for, in milliseconds. */
const REST = 250;
export const ALL = /** @type {Filter} */ ({ q: '', state: '', tag: '', experiment: '', mine: false });

/** @param {Filter} filter */
export function isAll({ q, state, tag, experiment, mine }) {
  return !q && !state && !tag && !experiment && !mine;
}

/** @param {URLSearchParams} query @returns {Filter} */
export function filterOf(query) {
  const state = query.get('state') ?? '';
  return {
    q: query.get('q') ?? '',
    state: STATES.includes(state) ? state : '',
    tag: query.get('tag') ?? '',
    experiment: query.get('experiment') ?? '',
    mine: query.get('mine') === 'true',
  };
}

/** As an address says it, and as the server is asked. @param {Filter} filter @returns {[string, string][]} */
export function queryOf({ q, state, tag, experiment, mine }) {
  return Object.entries({ q, state, tag, experiment, mine: mine ? 'true' : '' }).filter(([, value]) => value !== '');
}

/**
 * Mount the controls.
 *
 * @param {HTMLElement} root
 * @param {(changes: Partial<Filter>) => void} onFilter
 * @returns {import('./state.js').View}
 */
export function mountFilter(root, onFilter) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  const search = h('input', {
    type: 'search',
    class: 'field-input runs-search',
    placeholder: 'Search name, network, tag, note',
    'aria-label': 'Search runs',
    maxlength: 200,
    oninput: () => {
      clearTimeout(resting);
      resting = setTimeout(() => {
        resting = undefined;
        onFilter({ q: search.value.trim() });
      }, REST);
    },
  });
  const state = h(
    'select',
    { class: 'select small', 'aria-label': 'State of the runs', onchange: () => onFilter({ state: state.value }) },
    h('option', { value: '' }, 'any state'),
    ...STATES.map((one) => h('option', { value: one }, one)),
  );
  const mine = h('input', { type: 'checkbox', onchange: () => onFilter({ mine: mine.checked }) });
  const tag = h('button', {
    type: 'button',
    class: 'button small runs-tag',
    hidden: true,
    onclick: () => onFilter({ tag: '' }),
  });
  const experiment = h(
    'button',
    {
      type: 'button',
      class: 'button small runs-tag',
      hidden: true,
      'aria-label': 'List runs that are no part of the experiment too',
      onclick: () => onFilter({ experiment: '' }),
    },
    'of one experiment ×',
  );
  root.append(search, state, h('label', { class: 'check' }, mine, 'only mine'), tag, experiment);
  return {
    update({ filter }) {
      if (resting === undefined && document.activeElement !== search && search.value !== filter.q)
        search.value = filter.q;
      state.value = filter.state;
      mine.checked = filter.mine;
      experiment.hidden = filter.experiment === '';
      tag.hidden = filter.tag === '';
      tag.textContent = `${filter.tag} ×`;
      tag.setAttribute('aria-label', `List runs without the tag ${filter.tag} too`);
    },
    destroy() {
      clearTimeout(resting);
      root.replaceChildren();
    },
  };
}
