/** @file The line above the diagram: the present measurement, and the differences between the networks. */
import { copiesOf, foundOf, headlineOf } from '../figure/headline.js';
import { looksOf } from '../figure/networks.js';
import { h } from './dom.js';
import { explainedSign } from './help/explained.js';
import { letterMark } from './lettermark.js';

/** @typedef {import('./state/store.js').View} View */

/** While a run trains the line is written anew no oftener, in milliseconds. */
const EVERY = 500;
const SCALE = 'RMS of ∂L/∂x at the blocks’ outputs, times the square root of the number of positions of their maps';

/**
 * @param {HTMLElement} box
 * @param {import('./state/store.js').Store} store
 * @returns {View & {say: (text: string) => void}}
 */
export function mountHeadline(box, store) {
  const line = h('span');
  // it stays where it is, with its focus, while the words change
  box.append(line);
  const sign = explainedSign(store, 'headline', 'this line');
  if (sign) box.append(sign);
  let [written, at, step] = ['', -Infinity, ''];
  return {
    update(state) {
      const now = performance.now();
      const wanted = `${state.run.id} ${state.quantity} ${state.variants.map(({ label }) => label).join()}`;
      if (state.phase === 'running' && state.shown === 'live' && step === wanted && now - at < EVERY) return;
      const parts = foundOf(state) ?? headlineOf(state) ?? copiesOf(state);
      if (!parts) return;
      const looks = looksOf(state);
      const text = JSON.stringify([parts, looks]);
      if (text === written) return;
      [written, at, step] = [text, now, wanted];
      line.title = state.quantity === 'gradient_path' ? SCALE : '';
      line.replaceChildren(
        ...parts.map(({ text: words, variant }) =>
          variant === undefined
            ? words
            : h('strong', { style: `color:${looks[variant].color}` }, letterMark(looks[variant]), words),
        ),
      );
    },
    say(text) {
      written = '';
      line.replaceChildren(text);
    },
    destroy() {
      box.replaceChildren();
    },
  };
}
