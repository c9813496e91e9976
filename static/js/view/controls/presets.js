/** @file Which networks the page shows: presets by family, with a search, each alone or beside its plain twin. */
import { h } from '../dom.js';
import { shutFromOutside } from '../menu.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').PresetRow} PresetRow */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

/** A preset with the twin that it is shown beside. */
const TWINS = /^resnet(18|34|20|32|44|56|110)$/;

/**
 * Do all words of a search stand in what is known of a preset?
 *
 * @param {PresetRow} preset @param {string} search
 */
export function matches({ name, family, summary, paper }, search) {
  const text = `${name} ${family} ${summary} ${paper ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/**
 * Mount the choice of networks.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountPresets(root, store) {
  const words = h('span');
  const shown = h('summary', { class: 'button presets-shown' }, words);
  const search = h('input', {
    type: 'search',
    class: 'field-input',
    placeholder: 'Search by name, family, paper',
    'aria-label': 'Search the networks',
    oninput: () => list(store.state),
  });
  const found = h('div', { class: 'presets-list' });
  const none = h('p', { class: 'tool-label', hidden: true }, 'No network is called so.');
  const menu = h(
    'details',
    {
      class: 'menu presets-menu',
      ontoggle: () => {
        if (!menu.open) return;
        search.value = '';
        list(store.state);
        search.focus();
      },
    },
    shown,
    h('div', { class: 'menu-body' }, search, found, none),
  );
  root.append(menu);

  /** @param {string} text @param {string} left @param {string|null} right @param {string} title */
  const choice = (text, left, right, title) =>
    h(
      'button',
      {
        type: 'button',
        class: 'presets-choice',
        title,
        onclick: () => {
          menu.open = false;
          shown.focus();
          void store.commands.compare(left, right);
        },
      },
      text,
    );

  /** @param {State} state */
  const list = ({ presets }) => {
    const fitting = presets.filter((one) => matches(one, search.value));
    const families = [...new Set(fitting.map(({ family }) => family))];
    found.replaceChildren(
      ...families.map((family) =>
        h(
          'section',
          { class: 'presets-family' },
          h('h3', {}, family),
          h(
            'ul',
            {},
            ...fitting
              .filter((one) => one.family === family)
              .map(({ name, summary }) => {
                const twin = TWINS.exec(name);
                return h(
                  'li',
                  {},
                  choice(name, name, null, summary),
                  twin &&
                    choice(`beside plain${twin[1]}`, `plain${twin[1]}`, name, `${summary}; and without its shortcuts`),
                  h('span', { class: 'presets-summary' }, summary),
                );
              }),
          ),
        ),
      ),
    );
    none.hidden = fitting.length > 0;
  };

  const leave = shutFromOutside(menu);

  return {
    update({ variants }) {
      const text = variants.map(({ label }) => label).join(' beside ');
      if (words.textContent !== text) {
        shown.title = text;
        words.textContent = text;
        shown.setAttribute('aria-label', `Networks: ${text}`);
      }
    },
    destroy() {
      leave();
      root.replaceChildren();
    },
  };
}
