/** @file The time that the request takes, stated before it starts; the start, how far it is, and the stop. */
import { h } from '../../view/dom.js';
import { whenChanged } from '../../view/state/select.js';
import { estimateWords, progressOf } from './progress.js';
import { wishOf } from './request.js';
import { isAlive, isAnothers } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').View} View */

/** So long must networks and settings rest before their time is asked for, in milliseconds. */
const REST = 400;

/** @param {HTMLElement} root @param {Store} store @returns {View} */
export function mountStart(root, store) {
  const estimate = h('span', { class: 'lab-estimate', role: 'status' });
  const run = h(
    'button',
    { type: 'button', class: 'button primary', onclick: () => !store.state.starting && void store.commands.begin() },
    'Run',
  );
  const stop = h(
    'button',
    { type: 'button', class: 'button', hidden: true, onclick: () => void store.commands.stop() },
    'Stop, keep this',
  );
  const words = h('span', { class: 'lab-words' });
  const left = h('span', { class: 'lab-left' });
  const bar = h('progress', { max: 1, 'aria-label': 'Part of the work that is done' });
  const said = h('span', { class: 'visually-hidden', role: 'status' });
  const progress = h('div', { class: 'lab-progress', hidden: true }, h('div', {}, words, left), bar);
  root.append(estimate, progress, said, run, stop);
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;

  const ask = whenChanged(
    (/** @type {State} */ { kind, variants, settings }) => [kind, variants, JSON.stringify(settings)],
    (/** @type {State} */ { kind, variants }) => {
      clearTimeout(resting);
      if (kind.networks === 0 || variants.length > 0) resting = setTimeout(() => void store.commands.estimate(), REST);
    },
  );

  /** @param {State} state */
  const draw = (state) => {
    const alive = isAlive(state.experiment) || state.starting;
    const asked = JSON.stringify(wishOf(state));
    const known = state.estimate?.at === asked;
    const isThis = state.experiment !== null && state.asked === asked;
    estimate.textContent = !alive && known && !isThis ? estimateWords(state.estimate) : '';
    run.disabled = Object.keys(state.problems).length > 0 && state.estimate === null;
    // it keeps the keyboard's place until the other button is there
    run.setAttribute('aria-disabled', String(state.starting));
    const another = isAnothers(state.experiment);
    run.textContent = another ? 'Make a copy' : 'Run';
    run.title = another ? 'Only its owner stops this experiment; one of the same request is yours' : '';
    exchange(run, stop, isAlive(state.experiment) && !another);
    const told = progressOf(state, performance.now());
    progress.hidden = told === null || !(alive || isThis);
    if (!told) return;
    words.textContent = another ? `another\u2019s, ${told.words.toLowerCase()}` : told.words;
    left.textContent = told.left;
    bar.hidden = !alive;
    if (told.done === null) bar.removeAttribute('value');
    else bar.value = told.done;
    const coarse = told.words.replace(/: \d+ of \d+$/, '');
    if (said.textContent !== coarse) said.textContent = coarse;
  };

  return {
    update(state) {
      ask(state);
      draw(state);
    },
    destroy() {
      clearTimeout(resting);
      root.replaceChildren();
    },
  };
}

/**
 * Show one of two buttons; the keyboard's place goes with them.
 *
 * @param {HTMLElement} first @param {HTMLElement} second @param {boolean} isSecond which is shown
 */
function exchange(first, second, isSecond) {
  const [shown, other] = isSecond ? [second, first] : [first, second];
  shown.hidden = false;
  if (document.activeElement === other) shown.focus();
  other.hidden = true;
}
