/** @file Help: the glossary with a search, the keys, the documents, the chapters of Learn, and the tour. */
import { idOf } from './ids.js';
import { findTerms } from './search.js';

/** @typedef {import('./glossary.js').Glossary} Glossary */
/** @typedef {import('./glossary.js').Link} Link */
/** @typedef {import('./glossary.js').Term} Term */

/**
 * Open Help; it closes itself, and gives back the focus.
 *
 * @param {typeof import('../dom.js').h} h
 * @param {HTMLElement} root in which the dialog lies while it is open
 * @param {Glossary} glossary
 * @param {{term?: string, tour: string|(() => void)}} options `term`: a word to look up; `tour`: its address, if it is
 *   of another page
 */
export function openHelp(h, root, glossary, { term = '', tour }) {
  const titleId = idOf('help');
  /** @param {string} title @param {...HTMLElement} children */
  const part = (title, ...children) => {
    return h('section', { class: 'help-part' }, h('h3', {}, title), ...children);
  };

  /** @param {Link} link */
  const linked = ({ title, href, number }) => {
    return h('li', { value: number }, h('a', { href }, title));
  };

  /** @param {{keys: string, does: string}} row */
  const keyOf = ({ keys, does }) => {
    return [h('dt', {}, keys), h('dd', {}, does)];
  };

  /** @param {Term} one */
  const entryOf = ({ term: name, also, says, more, chapter }) => {
    return [
      h('dt', {}, name, also.length > 0 && h('span', { class: 'help-also' }, also.join(', '))),
      h(
        'dd',
        {},
        says,
        ' ',
        more && h('a', { href: more, 'aria-label': `Read more on ${name}` }, 'More'),
        more && chapter && ' · ',
        chapter && h('a', { href: chapter.href }, `Learn: ${chapter.title}`),
      ),
    ];
  };

  const list = h('dl', { class: 'help-terms' });
  const found = h('p', { class: 'visually-hidden', role: 'status' });
  const none = h('p', { class: 'help-none', hidden: true }, 'No word fits.');
  const search = h('input', {
    type: 'search',
    class: 'field-input help-search',
    placeholder: 'Search the words',
    'aria-label': 'Search the glossary',
    value: term,
    autocomplete: 'off',
    oninput: () => show(),
  });
  const show = () => {
    const terms = findTerms(glossary.terms, search.value);
    list.replaceChildren(...terms.flatMap(entryOf));
    none.hidden = terms.length > 0;
    found.textContent = search.value ? `${terms.length} of ${glossary.terms.length} words` : '';
  };
  const close = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': 'Close Help', title: 'Close', onclick: () => dialog.close() },
    '×',
  );
  const way =
    typeof tour === 'function'
      ? h(
          'button',
          {
            type: 'button',
            class: 'button',
            onclick: () => {
              dialog.close();
              tour();
            },
          },
          'Show the tour again',
        )
      : h('a', { class: 'button', href: tour }, 'Tour of Explore');
  const dialog = h(
    'dialog',
    { class: 'help', 'aria-labelledby': titleId },
    h('header', { class: 'help-head' }, h('h2', { id: titleId }, 'Help'), close),
    h(
      'div',
      { class: 'help-body' },
      h(
        'div',
        { class: 'help-side' },
        h('p', {}, way),
        part('Learn', h('ol', {}, ...glossary.chapters.map(linked))),
        part('Keys', h('dl', { class: 'help-keys' }, ...glossary.keys.flatMap(keyOf))),
        part('Documents', h('ul', {}, ...glossary.docs.map(linked))),
      ),
      part('Glossary', search, found, none, list),
    ),
  );
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
  dialog.addEventListener('close', () => dialog.remove());
  show();
  root.append(dialog);
  dialog.showModal();
  if (term) search.focus();
}
