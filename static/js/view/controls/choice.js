/** @file The choice of the view: the diagram's quantity, its scale, and the step on screen. */

import { isSigned } from '../../figure/history.js';
import { offeredOf, QUANTITIES } from '../../figure/quantity.js';
import { h } from '../dom.js';
import { whenChanged } from '../state/select.js';
import { stepOf } from './transport.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').Quantity} Quantity */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

/**
 * Mount the choice of quantity.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountQuantity(root, store) {
  const select = h('select', {
    class: 'select small',
    'aria-label': 'Quantity that the diagram draws',
    onchange: () => store.dispatch({ type: 'quantity', quantity: /** @type {Quantity} */ (select.value) }),
  });
  root.append(select);
  const offer = whenChanged(
    (state) => [offeredOf(state.variants)],
    (/** @type {State} */ state) =>
      select.replaceChildren(
        ...offeredOf(state.variants).map((name) => h('option', { value: name }, QUANTITIES[name].name)),
      ),
  );
  return {
    update(state) {
      offer(state);
      if (select.value !== state.quantity) select.value = state.quantity;
    },
    destroy: () => root.replaceChildren(),
  };
}

/**
 * Mount the scrubber over the recorded steps, and the way back to the newest.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountScrubber(root, store) {
  const range = h('input', {
    type: 'range',
    min: '0',
    value: '0',
    step: '1',
    'aria-label': 'Step on screen',
    oninput: () => store.dispatch({ type: 'show', step: store.state.history.steps[Number(range.value)] }),
  });
  const live = h(
    'button',
    { type: 'button', class: 'button small', onclick: () => store.dispatch({ type: 'show', step: 'live' }) },
    'live',
  );
  const words = h('span', { class: 'tool-label' });
  root.append(range, words, live);
  return {
    update({ history, shown, step, row, settings }) {
      const has = history.length > 0;
      range.disabled = !has;
      live.disabled = !has || shown === 'live';
      live.setAttribute('aria-pressed', String(has && shown === 'live'));
      if (!has) {
        words.textContent = '';
        return;
      }
      const last = String(history.length - 1);
      if (range.max !== last) range.max = last;
      if (range.value !== String(row)) range.value = String(row);
      const text = stepOf(step, settings);
      if (words.textContent === text) return;
      words.textContent = text;
      range.setAttribute('aria-valuetext', text);
    },
    destroy: () => root.replaceChildren(),
  };
}

/** @type {[State['scale']['scope'], string][]} */
const SCOPES = [
  ['common', 'one scale for all'],
  ['network', 'one a network'],
  ['stage', 'one a stage'],
  ['block', 'one a block'],
];

/** @type {[State['scale']['heatmap'], string][]} */
const HEATMAPS = [
  ['network', 'each network its own scale'],
  ['common', 'one scale for all'],
];

/** @type {[State['heat'], string][]} */
const HEAT = [
  ['gradient_rms', 'gradient, RMS'],
  ['activation_rms', 'activation, RMS'],
  ['descent_cosine', 'cos(F, −∂L/∂x)'],
  ['successive_cosine', 'cos(F, next F)'],
];

/**
 * Mount the choice of what the heatmaps draw.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountHeat(root, store) {
  const select = h(
    'select',
    {
      class: 'select small',
      'aria-label': 'Measure of the heatmap',
      title: 'Measure of the heatmap',
      onchange: () => store.dispatch({ type: 'heat', measure: /** @type {State['heat']} */ (select.value) }),
    },
    ...HEAT.map(([name, text]) => h('option', { value: name }, text)),
  );
  root.append(select);
  return {
    update({ heat }) {
      if (select.value !== heat) select.value = heat;
    },
    destroy: () => root.replaceChildren(),
  };
}

/**
 * Mount the heatmap's scale: one for all networks, or one for each.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountHeatmapScale(root, store) {
  const select = h(
    'select',
    {
      class: 'select small',
      'aria-label': 'Scale of the heatmap',
      title: 'Scale of the heatmap',
      onchange: () =>
        store.dispatch({
          type: 'scale',
          changes: { heatmap: /** @type {State['scale']['heatmap']} */ (select.value) },
        }),
    },
    ...HEATMAPS.map(([name, text]) => h('option', { value: name }, text)),
  );
  root.append(select);
  return {
    update({ scale, variants, heat }) {
      if (select.value !== scale.heatmap) select.value = scale.heatmap;
      select.hidden = variants.length < 2 || isSigned(heat);
    },
    destroy: () => root.replaceChildren(),
  };
}

/**
 * Mount the diagram's scale: for what it is common, and whether it stays as it is.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountScale(root, store) {
  const scope = h(
    'select',
    {
      class: 'select small',
      'aria-label': 'Scale of the diagram',
      title: 'Scale of the diagram',
      onchange: () =>
        store.dispatch({ type: 'scale', changes: { scope: /** @type {State['scale']['scope']} */ (scope.value) } }),
    },
    ...SCOPES.map(([name, text]) => h('option', { value: name }, text)),
  );
  const lock = h(
    'button',
    {
      type: 'button',
      class: 'button small',
      'aria-pressed': 'false',
      title: 'Keep the decades of every scale as they are now',
      onclick: () => store.dispatch({ type: 'scale', changes: { locked: !store.state.scale.locked, held: null } }),
    },
    'Lock',
  );
  root.append(scope, lock, h('span', { class: 'tool-label' }, 'Scale'));
  return {
    update({ scale }) {
      if (scope.value !== scale.scope) scope.value = scale.scope;
      const locked = String(scale.locked);
      if (lock.getAttribute('aria-pressed') !== locked) {
        lock.setAttribute('aria-pressed', locked);
        lock.textContent = scale.locked ? 'Locked' : 'Lock';
      }
    },
    destroy: () => root.replaceChildren(),
  };
}
