/** @file The experiments to choose from, and what the chosen one asks and why that matters. */
import { h } from '../../view/dom.js';
import { whenChanged } from '../../view/state/select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').View} View */

/** An address of a paper: https://arxiv.org/abs/1605.06431 */
const ARXIV = /\b(\d{4}\.\d{4,5})\b/;

/**
 * @param {HTMLElement} list whose links the template has
 * @param {HTMLElement} root for the question
 * @param {Store} store
 * @returns {View}
 */
export function mountHead(list, root, store) {
  const links = [...list.querySelectorAll('a[data-kind]')];
  const click = (/** @type {Event} */ event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-kind]') : null;
    if (!(link instanceof HTMLElement) || !(event instanceof MouseEvent)) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const kind = store.state.kinds.find((one) => one.kind === link.dataset.kind);
    if (kind && kind !== store.state.kind) void store.commands.choose(kind);
  };
  list.addEventListener('click', click);
  return {
    update: whenChanged(
      (/** @type {State} */ { kind }) => [kind],
      (/** @type {State} */ { kind }) => {
        for (const link of links) {
          const chosen = link.getAttribute('data-kind') === kind.kind;
          if (chosen) link.setAttribute('aria-current', 'true');
          else link.removeAttribute('aria-current');
          if (chosen) link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        }
        document.title = `${kind.title} · Lab · Skipscope`;
        root.replaceChildren(
          h('h1', {}, kind.title),
          h('p', { class: 'lab-source' }, ...paper(kind.paper), kind.method && h('a', { href: kind.method }, 'method')),
          kind.why && h('p', { class: 'lab-why' }, kind.why),
          kind.asks && h('p', { class: 'lab-asks' }, kind.asks),
        );
      },
    ),
    destroy: () => list.removeEventListener('click', click),
  };
}

/** @param {string} text @returns {import('../../view/dom.js').Child[]} */
function paper(text) {
  const [, number] = ARXIV.exec(text) ?? [];
  if (!text) return [];
  return [number ? h('a', { href: `https://arxiv.org/abs/${number}` }, text) : text, ' · '];
}
