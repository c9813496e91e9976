/**
 * @file Words on a run that trains elsewhere: an alert, the network, which gradient was measured, and of which places
 * there is nothing and why. All of it is text that its sender wrote: it is set as text alone.
 */
import { h } from './dom.js';
import { alertOf } from './state/outside.js';
import { factsOf, gradientOf } from './state/outsidewords.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').View} View */

/** @param {HTMLElement} box @returns {View} */
export function mountAlert(box) {
  return {
    update: whenChanged(
      (state) => [alertOf(state)],
      (/** @type {State} */ state) => {
        const words = alertOf(state);
        box.hidden = words === '';
        box.replaceChildren(...(words ? [h('strong', {}, 'Alert. '), h('span', {}, words)] : []));
      },
    ),
    destroy() {
      box.replaceChildren();
      box.hidden = true;
    },
  };
}

/** @param {HTMLElement} root @returns {View} */
export function mountOutside(root) {
  const facts = h('ul', { class: 'outside-facts' });
  const gradient = h('ul', { class: 'outside-facts' });
  const summary = h('summary', {});
  const list = h('ul', {});
  const notes = h('details', { class: 'outside-notes' }, summary, list);
  root.append(facts, gradient, notes);
  return {
    update: whenChanged(
      ({ run: { outside }, variants }) => [
        outside?.about,
        outside?.gradient,
        outside?.notes,
        outside?.breaks,
        variants,
      ],
      (/** @type {State} */ state) => {
        const { outside } = state.run;
        root.hidden = outside === null;
        if (!outside) return;
        facts.replaceChildren(...factsOf(state).map((one) => h('li', {}, one)));
        const which = gradientOf(outside.gradient);
        gradient.hidden = which.length === 0;
        gradient.replaceChildren(h('li', {}, 'Which gradient'), ...which.map((one) => h('li', {}, one)));
        const said = [...outside.breaks, ...outside.notes];
        notes.hidden = said.length === 0;
        const places = outside.notes.length;
        summary.textContent = `Not measured, and why: ${places} ${places === 1 ? 'note' : 'notes'}`;
        list.replaceChildren(...said.map((note) => h('li', {}, note)));
      },
    ),
    destroy() {
      root.replaceChildren();
      root.hidden = true;
    },
  };
}
