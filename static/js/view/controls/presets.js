/**
 * @file Which networks the page shows: those on it, each to be removed, and presets by family, with a search. A preset
 *   stands alone, beside its plain twin, or beside those on the page.
 */
import { lookOf } from '../../figure/networks.js';
import { h } from '../dom.js';
import { explainedSign } from '../help/explained.js';
import { letterMark } from '../lettermark.js';
import { shutFromOutside } from '../menu.js';
import { MOST } from '../state/choosing.js';
import { whenChanged } from '../state/select.js';
import { findPresets } from './presetsearch.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').PresetRow} PresetRow */
/** @typedef {Pick<State, 'presets'|'variants'|'theme'>} Read of the state */
/**
 * @typedef {{readonly state: Read, explains: boolean, commands: Pick<import('../state/state.js').Commands,
 *   'compare'|'add'|'remove'> & Partial<Pick<import('../state/state.js').Commands, 'starting'>>}} Store as far as this
 *   file is concerned
 */
/** @typedef {import('../state/store.js').ViewOf<Read>} View */

/** A preset with the twin that it is shown beside. */
const TWINS = /^resnet(18|34|20|32|44|56|110)$/;

/**
 * Mount the choice of networks.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountPresets(root, store) {
  const words = h('span');
  const shown = h(
    'summary',
    { class: 'button presets-shown' },
    h('span', { class: 'visually-hidden' }, 'Networks: '),
    words,
  );
  const search = h('input', {
    type: 'search',
    class: 'field-input',
    placeholder: 'Search by name, family, paper',
    'aria-label': 'Search the networks',
    oninput: () => list(store.state),
  });
  const now = h('ul', { class: 'presets-now', 'aria-label': 'Networks on the page' });
  const found = h('div', { class: 'presets-list' });
  const none = h('p', { class: 'tool-label', hidden: true }, 'No network has such a name.');
  const start = h('div', { class: 'startable' });
  const weights = h(
    'details',
    {
      class: 'presets-weights',
      hidden: !store.commands.starting,
      ontoggle: () => weights.open && void offer(),
    },
    h('summary', {}, 'Start from weights: of a run, or a file'),
    start,
  );
  /** @type {Promise<{load: () => Promise<void>}>|null} */
  let offered = null;
  const offer = async () => {
    const { starting } = store.commands;
    if (!starting) return;
    offered ??= import('../late.js').then(({ mountStartable }) =>
      mountStartable(start, starting, { none: 'No run has ended with weights that are kept.', chosen }),
    );
    await (await offered).load();
  };
  const menu = h(
    'details',
    {
      class: 'menu presets-menu',
      ontoggle: () => {
        if (!menu.open) {
          search.value = '';
          weights.open = false;
          return;
        }
        list(store.state); // it comes after the first letters of a quick reader, which stay
        search.focus();
      },
    },
    shown,
    h(
      'div',
      { class: 'menu-body' },
      now,
      search,
      found,
      none,
      weights,
      explainedSign(store, 'networks', 'the networks'),
    ),
  );
  root.append(menu);

  /** Shut the menu, and do what was chosen in it. @param {() => Promise<void>} act */
  const chosen = (act) => {
    menu.open = false;
    shown.focus();
    void act();
  };

  /** @param {string} text @param {string} title @param {() => Promise<void>} act @param {boolean} [can] */
  const choice = (text, title, act, can = true) =>
    h('button', { type: 'button', class: 'presets-choice', title, disabled: !can, onclick: () => chosen(act) }, text);

  /** @param {PresetRow} preset @param {boolean} room */
  const row = ({ name, title, summary }, room) => {
    const twin = TWINS.exec(name);
    const { compare, add } = store.commands;
    return h(
      'li',
      {},
      choice(title, `${summary} (${name})`, () => compare(name, null)),
      twin &&
        choice(`beside plain-${twin[1]}`, `${summary}; and without its shortcuts`, () =>
          compare(`plain${twin[1]}`, name),
        ),
      choice(
        'add',
        room ? `Add ${title} beside the networks on the page` : `At most ${MOST} networks: remove one first`,
        () => add(name),
        room,
      ),
      h('span', { class: 'presets-summary' }, summary),
    );
  };

  /** @param {Read} state */
  const list = ({ presets, variants }) => {
    const fitting = findPresets(presets, search.value);
    const room = variants.length < MOST;
    const searched = search.value.trim() !== '';
    const families = searched ? [''] : [...new Set(fitting.map(({ family }) => family))];
    found.replaceChildren(
      ...families.map((family) =>
        h(
          'section',
          { class: 'presets-family' },
          family ? h('h3', {}, family) : null,
          h('ul', {}, ...fitting.filter((one) => searched || one.family === family).map((one) => row(one, room))),
        ),
      ),
    );
    none.hidden = fitting.length > 0;
  };

  const name = whenChanged(
    ({ variants, theme }) => [theme, variants.map(({ letter, label }) => letter + label).join('\n')],
    (/** @type {Read} */ { variants, theme }) => {
      const text = variants.map(({ label }) => label).join(' beside ');
      shown.title = text;
      words.replaceChildren(
        ...variants.flatMap(({ letter, label }, v) => [
          v > 0 ? ' beside ' : '',
          letterMark(lookOf(letter, theme)),
          h('span', {}, label),
        ]),
      );
      now.replaceChildren(
        ...variants.map(({ letter, label }, v) =>
          h(
            'li',
            {},
            letterMark(lookOf(letter, theme)),
            h('span', {}, label),
            variants.length > 1 &&
              h(
                'button',
                {
                  type: 'button',
                  class: 'button small',
                  'aria-label': `Remove ${label}`,
                  onclick: () => chosen(() => store.commands.remove(v)),
                },
                'Remove',
              ),
          ),
        ),
      );
      if (menu.open) list(store.state);
    },
  );
  const leave = shutFromOutside(menu);

  return {
    update: name,
    destroy() {
      leave();
      root.replaceChildren();
    },
  };
}
