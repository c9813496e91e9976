/** @file The result of an experiment in words: a sentence with numbers for each network. */
import { letterAt, lookOf } from '../../figure/networks.js';
import { h } from '../../view/dom.js';
import { letterMark } from '../../view/lettermark.js';
import { whenChanged } from '../../view/state/select.js';
import { wishOf } from './request.js';
import { isAlive } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').View} View */

/** @param {HTMLElement} root @returns {View} */
export function mountResult(root) {
  const stale = h(
    'p',
    { class: 'lab-stale', hidden: true },
    'Networks or settings were changed since: this is the result of the request before. Run measures anew.',
  );
  const sentences = h('div', { class: 'lab-sentences', 'aria-live': 'polite' });
  const waiting = h(
    'p',
    { class: 'lab-waiting', hidden: true },
    'The first picture comes as soon as something is measured.',
  );
  root.append(stale, sentences, waiting);

  const write = whenChanged(
    (/** @type {State} */ { experiment, theme }) => [experiment?.result, theme],
    (/** @type {State} */ { experiment, theme }) => {
      const { result = null } = experiment ?? {};
      const said = sentencesOf(result);
      const networks = Array.isArray(result?.variants) ? result.variants : [];
      const isOneEach = networks.length === said.length && networks.length > 1;
      sentences.replaceChildren(
        ...said.map((sentence, i) =>
          h(
            'p',
            {},
            isOneEach ? letterMark(lookOf(letterAt(i), theme)) : null,
            isOneEach ? ' ' : null,
            ...bold(sentence),
          ),
        ),
      );
    },
  );
  return {
    update(state) {
      const { experiment, asked } = state;
      root.hidden = experiment === null;
      const isStale = experiment !== null && asked !== null && asked !== JSON.stringify(wishOf(state));
      stale.hidden = !isStale;
      waiting.hidden = !(isAlive(experiment) && experiment?.figure === null);
      write(state);
    },
    destroy: () => root.replaceChildren(),
  };
}

/** @param {Record<string, unknown>|null} result @returns {string[]} */
export function sentencesOf(result) {
  const said = result?.sentences;
  return Array.isArray(said) ? said.map(String) : [];
}

/**
 * A sentence whose name at the beginning stands out.
 *
 * @param {string} sentence
 * @returns {import('../../view/dom.js').Child[]}
 */
function bold(sentence) {
  const [, name, rest] = /^([^:.]{1,80}:)(.*)$/s.exec(sentence) ?? [];
  return name ? [h('strong', {}, name), rest] : [sentence];
}
