/** @file The changes of a puzzle: one is chosen from each list, and they are counted against the start. */
import { h } from '../../view/dom.js';

/** @typedef {NonNullable<import('./declared.js').Step['puzzle']>} Puzzle */
/** @typedef {Puzzle['changes'][number]} Control */
/**
 * @typedef {object} Chosen
 * @property {Record<string, string>} changes the text of each setting that is not the start's, by its label
 * @property {Record<string, unknown>} fields of the network
 * @property {Record<string, unknown>} training
 */

/**
 * Read what is chosen. Pure.
 *
 * @param {readonly Control[]} controls @param {number[]} at the setting of each
 * @returns {Chosen}
 */
export function chosenOf(controls, at) {
  const moved = controls.flatMap(({ label, settings, usual }, c) =>
    at[c] === usual ? [] : [{ label, setting: settings[at[c]] }],
  );
  return {
    changes: Object.fromEntries(moved.map(({ label, setting }) => [label, setting.text])),
    fields: Object.assign({}, ...moved.map(({ setting }) => setting.fields)),
    training: Object.assign({}, ...moved.map(({ setting }) => setting.training)),
  };
}

/** Say how many changes there are. Pure. @param {Record<string, string>} changes @param {number} most */
export function tellCount(changes, most) {
  const names = Object.keys(changes);
  const number = names.length === 1 ? '1 change' : `${names.length} changes`;
  if (names.length > most)
    return `${number}, and at most ${most} are allowed: put ${names.length - most} back to train it.`;
  return names.length === 0
    ? `No change yet: this is the start. At most ${most} are allowed.`
    : `${number} of at most ${most}: ${tellChanges(changes)}.`;
}

/** @param {Record<string, string>} changes */
export function tellChanges(changes) {
  const all = Object.entries(changes).map(([label, text]) => `${label} ${text}`);
  return all.length > 0 ? all.join(', ') : 'the start, unchanged';
}

/**
 * Mount the lists.
 *
 * @param {HTMLElement|null} root
 * @param {readonly Control[]} controls
 * @param {() => void} onChange
 */
export function mountChanges(root, controls, onChange) {
  const at = controls.map(({ usual }) => usual);
  const rows = controls.map(({ label, settings, usual }, c) => {
    const select = h(
      'select',
      { class: 'select' },
      ...settings.map(({ text }, i) => h('option', { value: i, selected: i === usual }, text)),
    );
    const mark = h('span', { class: 'changed-mark', hidden: true }, 'changed');
    const row = h('label', { class: 'setting' }, h('span', {}, label, ' ', mark), select);
    const show = () => {
      select.value = String(at[c]);
      mark.hidden = at[c] === usual;
      row.toggleAttribute('data-changed', at[c] !== usual);
    };
    select.addEventListener('change', () => {
      at[c] = Number(select.value);
      show();
      onChange();
    });
    return { row, select, show };
  });
  root?.replaceChildren(...rows.map(({ row }) => row));
  return {
    chosen: () => chosenOf(controls, at),
    /** @param {Record<string, string>} changes those of an earlier try; the others go back to the start */
    set(changes) {
      controls.forEach(({ label, settings, usual }, c) => {
        const found = settings.findIndex(({ text }) => text === changes[label]);
        at[c] = found < 0 ? usual : found;
        rows[c].show();
      });
      onChange();
    },
    /** @param {boolean} on whether a training is under way, in which nothing is changed */
    hold(on) {
      for (const { select } of rows) select.disabled = on;
    },
    destroy: () => root?.replaceChildren(),
  };
}
