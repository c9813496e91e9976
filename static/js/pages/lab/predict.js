/** @file The questions that an experiment asks before its result is seen: predict, then see. */
import { h } from '../../view/dom.js';
import { isAlive } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').View} View */

/** The differences of both sides that one may predict. */
export const ANSWERS = ['none, to the last digit', 'rounding alone, below 10⁻⁵', 'more than rounding'];

/**
 * The questions of a result, by the name of each equation.
 *
 * @param {Record<string, unknown>|null|undefined} result
 * @returns {[string, string][]}
 */
export function questionsOf(result) {
  const asked = result?.predict;
  if (typeof asked !== 'object' || asked === null) return [];
  return Object.entries(asked).map(([name, question]) => [name, String(question)]);
}

/**
 * Ask for predictions of an experiment that is under way, and keep its result out of sight until they are made. One
 * that is over when it is opened is shown at once.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} page gets `data-predicting` meanwhile
 * @returns {View}
 */
export function mountPredict(root, page) {
  let id = '';
  let isAnswered = false;
  let isOpen = true;
  /** @type {[string, string][]} */
  let asked = [];
  /** @type {Map<string, string>} */
  const given = new Map();

  const show = () => {
    isAnswered = true;
    delete page.dataset.predicting;
    const said = asked.filter(([name]) => given.has(name));
    root.hidden = said.length === 0;
    root.replaceChildren(
      h('h2', {}, 'You predicted'),
      h('dl', {}, ...said.flatMap(([name, question]) => [h('dt', {}, question), h('dd', {}, given.get(name) ?? '')])),
    );
  };
  /** @param {string} name @param {string} question */
  const questionOf = (name, question) =>
    h(
      'fieldset',
      {},
      h('legend', {}, question),
      ...ANSWERS.map((answer) => {
        const choice = h('input', { type: 'radio', name: `predict-${name}` });
        choice.addEventListener('change', () => {
          given.set(name, answer);
          see.disabled = given.size < asked.length;
        });
        return h('label', {}, choice, answer);
      }),
    );
  const see = h('button', { type: 'button', class: 'button primary', disabled: true }, 'See the result');
  const skip = h('button', { type: 'button', class: 'button' }, 'Just show me');
  for (const one of [see, skip]) one.addEventListener('click', show);

  return {
    update({ experiment }) {
      if ((experiment?.id ?? '') !== id) {
        id = experiment?.id ?? '';
        [isAnswered, asked] = [false, []];
        isOpen = isAlive(experiment);
        given.clear();
        root.hidden = true;
        delete page.dataset.predicting;
      }
      const questions = !isOpen ? [] : questionsOf(experiment?.result);
      if (isAnswered || asked.length > 0 || questions.length === 0) return;
      asked = questions;
      see.disabled = true;
      page.dataset.predicting = '';
      root.hidden = false;
      root.replaceChildren(
        h('h2', {}, 'Predict, then see'),
        h('p', {}, 'How large is the difference of both sides?'),
        ...questions.map(([name, question]) => questionOf(name, question)),
        h('p', {}, see, ' ', skip),
      );
    },
    destroy() {
      delete page.dataset.predicting;
      root.replaceChildren();
    },
  };
}
