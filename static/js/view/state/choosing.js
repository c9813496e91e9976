/**
 * @file Which networks stand beside each other: chosen, added, removed, changed and copied, with the letters that they
 *   keep.
 */
import { LETTERS, lettersFor } from '../../figure/networks.js';
import { tellChoice } from './changes.js';
import { changed, statedOf } from './describe.js';

/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('./state.js').Commands} Commands */
/** @typedef {import('../../figure/networks.js').Letter} Letter */
/** So many networks stand beside each other at most. */
export const MOST = LETTERS.length;

/** @param {Pick<Variant, 'letter'>[]} variants */
export function lettersOf(variants) {
  return variants.map(({ letter }) => letter);
}

/**
 * The letters of two copies of a network: the first goes by that of its origin, the second by one that no network on
 * screen has.
 *
 * @param {Pick<Variant, 'letter'>[]} variants @param {number} origin
 * @returns {Letter[]}
 */
export function copied(variants, origin) {
  const now = lettersOf(variants);
  return [now[origin], ...lettersFor(now, now.length + 1).slice(now.length)];
}

/**
 * Make the commands.
 *
 * @param {{readonly state: Pick<import('./state.js').State, 'variants'|'fields'>}} store
 * @param {ReturnType<typeof import('./showing.js').createShowing>['show']} show
 * @param {Pick<ReturnType<typeof import('./turns.js').createTurns>, 'clear'|'clearFields'|'replace'>} turns
 * @returns {Pick<Commands, 'change'|'compare'|'add'|'remove'|'describe'|'copy'>}
 */
export function createChoosing(store, show, { clear, clearFields, replace }) {
  const stated = () => store.state.variants.map(statedOf);
  return {
    change: (variant, changes) =>
      replace('architecture', async () => {
        clear(Object.keys(changes));
        clearFields();
        const descriptions = stated().map((one, v) =>
          variant === null || v === variant ? changed(one, changes) : one,
        );
        await show(descriptions, { only: variant, told: { label: tellChoice(changes, store.state.fields) } });
      }),
    compare: (left, right) =>
      replace('architecture', async () => {
        const presets = right === null ? [left] : [left, right];
        await show(
          presets.map((preset) => ({ preset })),
          { letters: [], told: { label: presets.join(' beside ') } },
        );
      }),
    add: (preset) =>
      replace('architecture', async () => {
        const { length } = store.state.variants;
        if (length < MOST) await show([...stated(), { preset }], { only: length, told: { label: `add ${preset}` } });
      }),
    remove: (variant) =>
      replace('architecture', async () => {
        const { variants } = store.state;
        const rest = variants.filter((_, v) => v !== variant);
        const told = { label: `remove ${variants[variant]?.label}` };
        if (rest.length > 0) await show(rest.map(statedOf), { letters: lettersOf(rest), told });
      }),
    describe: (descriptions, settings, known, label) =>
      replace('architecture', () =>
        show(descriptions, { settings, known, letters: [], told: { label, rest: label !== undefined } }),
      ),
    copy: () => replace('architecture', () => show(stated(), { told: { label: 'make a copy' } })),
  };
}
