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
  const runs = h('p', { class: 'lab-runs', hidden: true });
  root.append(stale, sentences, waiting, runs);

  const write = whenChanged(
    (/** @type {State} */ { experiment, theme }) => [experiment?.result, theme],
    (/** @type {State} */ { experiment, theme }) => {
      const { result = null } = experiment ?? {};
      sentences.replaceChildren(
        ...sentencesOf(result).map((sentence) => {
          const own = networkOf(sentence, result);
          const mark = own.index < 0 ? [] : [letterMark(lookOf(letterAt(own.index), theme)), ' '];
          return h('p', {}, ...mark, own.label ? h('strong', {}, own.label) : '', sentence.slice(own.label.length));
        }),
      );
    },
  );
  const link = whenChanged(
    (/** @type {State} */ { experiment }) => [experiment?.id, experiment?.runs],
    (/** @type {State} */ { experiment }) => {
      const list = experiment?.runs ? `/runs?experiment=${encodeURIComponent(experiment.id)}` : '';
      runs.hidden = list === '';
      runs.replaceChildren(...(list ? ['Each training is a run: ', h('a', { href: list }, 'all of them'), '.'] : []));
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
      link(state);
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
 * The network that a sentence begins with: its number and its name; without one, the words before a colon.
 *
 * @param {string} sentence
 * @param {Record<string, unknown>|null} result
 */
export function networkOf(sentence, result) {
  const variants = Array.isArray(result?.variants) ? result.variants : [];
  const labels = variants.map((one) => String(one?.label ?? ''));
  const fitting = labels.filter(
    (label) => label && sentence.startsWith(label) && !/^[\w-]/.test(sentence.slice(label.length)),
  );
  const label = fitting.sort((a, b) => b.length - a.length)[0];
  // a sentence on two networks is neither's own
  const others = labels.filter((one) => one && one !== label && sentence.slice(label?.length).includes(one));
  if (label !== undefined && others.length === 0) return { index: labels.indexOf(label), label };
  return { index: -1, label: label === undefined ? (/^[^:.;]{1,60}:/.exec(sentence)?.[0] ?? '') : '' };
}
