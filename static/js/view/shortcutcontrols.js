/** @file The shortcut of the selected block: cut or connected, and how strong. */
import { h } from './dom.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').Store} Store */
/** @typedef {{v: number, b: number, isBlock: boolean}} Where */

const STEP = 0.05;

/**
 * Mount the controls.
 *
 * @param {Store} store
 * @param {(state: State) => Where|null} where the selected block
 */
export function mountShortcutControls(store, where) {
  const strong = store.id('strength');
  const skip = h('button', {
    type: 'button',
    class: 'button small',
    onclick: () => {
      const at = where(store.state);
      if (at?.isBlock) void store.commands.toggle(at.v, at.b);
    },
  });
  const slider = h('input', { type: 'range', min: 0, max: 1, step: STEP, id: strong });
  const strength = h('output', { for: strong });
  const everywhere = h('input', { type: 'checkbox' });
  const note = h(
    'p',
    { class: 'details-note' },
    'Multiplies the output of the shortcut: measured at once, or from the next step of a run.',
  );
  slider.addEventListener('change', () => {
    const at = where(store.state);
    if (!at?.isBlock) return;
    const value = Number(slider.value);
    const { strength: old, label, blocks } = store.state.variants[at.v];
    const next = old.map((one, b) => (everywhere.checked || b === at.b ? value : one));
    void store.commands.setStrength(
      at.v,
      next,
      `strength ${value} of ${everywhere.checked ? 'all shortcuts' : blocks[at.b]}, ${label}`,
    );
  });
  slider.addEventListener('input', () => {
    strength.textContent = slider.value;
  });
  return {
    element: h(
      'div',
      { class: 'details-controls' },
      skip,
      h('label', { for: strong }, 'Strength of the shortcut'),
      slider,
      strength,
      h('label', { class: 'check' }, everywhere, 'of all blocks'),
      note,
    ),
    update: whenChanged(
      ({ selection, variants }) => [selection, variants],
      (/** @type {State} */ state) => {
        const at = where(state);
        if (!at?.isBlock) return;
        const variant = state.variants[at.v];
        skip.textContent = variant.skips[at.b] ? 'Cut the skip' : 'Connect the skip';
        slider.disabled = !variant.skips[at.b];
        slider.value = String(variant.strength[at.b] ?? 1);
        strength.textContent = slider.value;
      },
    ),
  };
}
