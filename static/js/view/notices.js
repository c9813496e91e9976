/**
 * @file A laboratory's messages: refusals that no field shows, a lost connection, the sentence of what was
 *   measured.
 */
import { h } from './dom.js';
import { sentenceOf, subjectOf } from './state/sentence.js';
import { problemWords } from './state/words.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').Store} Store */
/** @typedef {import('./state/store.js').View} View */

/** While a run trains the sentence is said anew no oftener, in milliseconds. */
const EVERY = 4000;
const CONNECTIONS = {
  online: '',
  retrying: 'Connection lost; trying again. Steps recorded meanwhile will follow.',
  offline: 'No network. The page goes on where it was as soon as there is one.',
};

/**
 * Mount the box of refusals; a field's own refusal is beside the field.
 *
 * @param {HTMLElement} box
 * @param {Store} store
 * @param {HTMLElement} scope in which fields show their own
 * @returns {View}
 */
export function mountProblem(box, store, scope) {
  /** @param {string} name */
  const shownBeside = (name) =>
    [...scope.querySelectorAll('[data-problem]')].some(
      (element) => element instanceof HTMLElement && element.dataset.problem === name && element.checkVisibility(),
    );
  return {
    update({ problems, fields }) {
      const [place, problem] = Object.entries(problems).find(([name]) => !shownBeside(name)) ?? [];
      const text = problem ? problemWords(problem, fields) : '';
      if ((box.dataset.text ?? '') === text) return;
      box.dataset.text = text;
      box.replaceChildren(
        ...(place && problem
          ? [
              h('span', {}, h('strong', {}, `${problem.title}. `), text),
              h(
                'button',
                {
                  type: 'button',
                  class: 'button small',
                  onclick: () => store.dispatch({ type: 'problem', place, problem: null }),
                },
                'Close',
              ),
            ]
          : []),
      );
      box.hidden = !text;
    },
    destroy() {
      box.replaceChildren();
      delete box.dataset.text;
      box.hidden = true;
    },
  };
}

/** @param {HTMLElement} box @returns {View} */
export function mountConnection(box) {
  return {
    update({ connection }) {
      const words = CONNECTIONS[connection];
      if (box.textContent !== words) box.textContent = words;
      box.hidden = !words;
    },
    destroy() {
      box.textContent = '';
      box.hidden = true;
    },
  };
}

/** @param {HTMLElement} box @returns {View & {say: (text: string) => void}} */
export function mountSentence(box) {
  let spoken = { at: 0, of: '' };
  return {
    update(state) {
      const now = performance.now();
      const of = subjectOf(state);
      if (state.phase === 'running' && state.shown === 'live' && of === spoken.of && now - spoken.at < EVERY) return;
      const sentence = sentenceOf(state);
      if (sentence === null || box.textContent === sentence) return;
      spoken = { at: now, of };
      box.textContent = sentence;
    },
    say(text) {
      box.textContent = text;
    },
    destroy() {
      box.textContent = '';
    },
  };
}
