/** @file What the page shows: which pair of networks, and which quantity the diagram draws. */
import { h } from '../dom.js';
import { QUANTITIES } from '../quantity.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../state.js').Quantity} Quantity */
/** @typedef {import('../store.js').Store} Store */
/** @typedef {import('../store.js').View} View */

/** A preset with the twin that it is shown beside. */
const TWINS = /^resnet(18|34|20|32|44|56|110)$/;

/**
 * Mount the choice of networks.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountPresets(root, store) {
  const select = h('select', {
    class: 'select', 'aria-label': 'Networks', onchange: () => {
      const [left, right] = select.value.split('|');
      void store.commands.compare(left, right || null);
    },
  });
  const label = h('label', { class: 'choice' }, select);
  root.append(label);
  /** @type {unknown} */
  let seen = null;
  return {
    update(state) {
      if (state.presets !== seen) {
        seen = state.presets;
        const families = [...new Set(state.presets.map(({ family }) => family))];
        select.replaceChildren(...families.map((family) => h('optgroup', { label: family }, ...state.presets.filter((one) => one.family === family).flatMap(({ name }) => {
          const twin = TWINS.exec(name);
          return [
            ...(twin ? [h('option', { value: `plain${twin[1]}|${name}` }, `plain${twin[1]} beside ${name}`)] : []),
            h('option', { value: `${name}|` }, name),
          ];
        }))));
      }
      const [left, right] = state.variants.map(({ description }) => String(description.preset ?? ''));
      const value = `${left ?? ''}|${right ?? ''}`;
      if (select.value !== value) select.value = value;
    },
    destroy: () => root.replaceChildren(),
  };
}

/**
 * Mount the choice of quantity.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountQuantity(root, store) {
  const select = h('select', {
    class: 'select small', 'aria-label': 'What the diagram draws', onchange: () => store.dispatch({ type: 'quantity', quantity: /** @type {Quantity} */ (select.value) }),
  }, ...Object.entries(QUANTITIES).map(([name, { name: title }]) => h('option', { value: name }, title)));
  root.append(select);
  return {
    update(state) {
      if (select.value !== state.quantity) select.value = state.quantity;
    },
    destroy: () => root.replaceChildren(),
  };
}

/**
 * Mount the way back from a step that was pointed at.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountScrubber(root, store) {
  const range = h('input', {
    type: 'range', min: '0', step: '1', 'aria-label': 'Step on screen', oninput: () => store.dispatch({ type: 'show', step: Number(range.value) }),
  });
  const live = h('button', { type: 'button', class: 'button small', onclick: () => store.dispatch({ type: 'show', step: 'live' }) }, 'live');
  const words = h('span', { class: 'tool-label' });
  root.append(range, words, live);
  return {
    update({ history, shown, step }) {
      const has = history.length > 0;
      range.disabled = !has;
      live.disabled = !has || shown === 'live';
      live.setAttribute('aria-pressed', String(has && shown === 'live'));
      if (!has) {
        words.textContent = '';
        return;
      }
      const last = String(history.steps[history.length - 1]);
      if (range.max !== last) range.max = last;
      if (range.value !== String(step)) range.value = String(step);
      const text = `step ${step}`;
      if (words.textContent !== text) words.textContent = text;
    },
    destroy: () => root.replaceChildren(),
  };
}
