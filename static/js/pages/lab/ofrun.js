/** @file The state of the networks: trained here first, or those of a run or of weights, as they are. */
import { lookOf } from '../../figure/networks.js';
import { mountStartable } from '../../view/controls/startable.js';
import { h } from '../../view/dom.js';
import { letterMark } from '../../view/lettermark.js';
import { shutFromOutside } from '../../view/menu.js';
import { whenChanged } from '../../view/state/select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').View} View */

const NONE = 'You have no run with networks yet. Explore trains one: press play there.';

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} networks the choice of networks, which a run leaves none
 * @param {Store} store
 * @returns {View}
 */
export function mountOfRun(root, networks, store) {
  const { fromRuns } = store.commands;
  const words = h('span');
  const anew = h(
    'button',
    { type: 'button', class: 'button small', hidden: true, onclick: () => void store.commands.release() },
    'Train them anew',
  );
  const list = h('div', { class: 'startable' });
  const shown = h('summary', { class: 'button small' }, 'Take those of a run');
  const menu = h(
    'details',
    { class: 'menu lab-runs', hidden: !fromRuns, ontoggle: () => menu.open && void offered?.load() },
    shown,
    h('div', { class: 'menu-body' }, list),
  );
  const offered =
    fromRuns &&
    mountStartable(list, fromRuns, {
      none: NONE,
      chosen: (act) => {
        menu.open = false;
        shown.focus();
        void act();
      },
    });
  root.append(words, anew, menu);
  const leave = shutFromOutside(menu);
  return {
    update: whenChanged(
      (/** @type {State} */ { kind, run, of, variants, settings, theme }) => [
        kind,
        run,
        of,
        variants,
        settings.steps,
        theme,
      ],
      (/** @type {State} */ { kind, run, of, variants, settings, theme }) => {
        networks.hidden = kind.networks === 0 || run !== null;
        root.hidden = !kind.on_run;
        anew.hidden = run === null;
        if (run === null) {
          words.replaceChildren(
            settings.steps === 0
              ? 'The networks are as they begin, without a training.'
              : 'The networks are trained first.',
          );
          shown.textContent = 'Take those of a run';
          return;
        }
        shown.textContent = 'Take others';
        const names = variants.flatMap(({ letter, label }, v) => [
          v > 0 ? ' beside ' : '',
          letterMark(lookOf(letter, theme)),
          ` ${label}`,
        ]);
        const link =
          of === 'run' ? h('a', { href: `/?${new URLSearchParams({ run })}` }, 'a run') : 'weights that were sent';
        words.replaceChildren(...names, ' of ', link, ', as they are: no training comes before.');
      },
    ),
    destroy() {
      leave();
      root.replaceChildren();
    },
  };
}
