/** @file The state of the networks: trained here first, or those of a run, as they are. */
import { lookOf } from '../../figure/networks.js';
import { h } from '../../view/dom.js';
import { letterMark } from '../../view/lettermark.js';
import { whenChanged } from '../../view/state/select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').View} View */

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} networks the choice of networks, which a run leaves none
 * @param {Store} store
 * @returns {View}
 */
export function mountOfRun(root, networks, store) {
  const anew = h(
    'button',
    { type: 'button', class: 'button small', onclick: () => void store.commands.release() },
    'Train them anew',
  );
  return {
    update: whenChanged(
      (/** @type {State} */ { kind, run, variants, theme }) => [kind, run, variants, theme],
      (/** @type {State} */ { kind, run, variants, theme }) => {
        networks.hidden = kind.networks === 0 || run !== null;
        root.hidden = !kind.on_run;
        if (run === null) {
          root.replaceChildren(
            'Trained first, or those of a run: ',
            h('a', { href: '/runs' }, 'Runs'),
            ', In the Lab.',
          );
          return;
        }
        const names = variants.flatMap(({ letter, label }, v) => [
          v > 0 ? ' beside ' : '',
          letterMark(lookOf(letter, theme)),
          ` ${label}`,
        ]);
        const link = h('a', { href: `/?${new URLSearchParams({ run })}` }, 'a run');
        root.replaceChildren(...names, ' of ', link, ', as they are: no training comes before. ', anew);
      },
    ),
    destroy: () => root.replaceChildren(),
  };
}
