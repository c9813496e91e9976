/** @file The controls of a step: each sets fields of every network, and what was tried is listed with its number. */
import { readNumber, textOf } from '../../figure/lesson/numbers.js';
import { h } from '../../view/dom.js';

/** @typedef {import('./declared.js').Step} Step */
/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {{fields: Record<string, unknown>, training: Record<string, unknown>}} Set what the controls set */

const MOST = 6;

/**
 * Mount the controls.
 *
 * @param {HTMLElement|null} root
 * @param {HTMLElement|null} list of what was tried
 * @param {Step['controls']} controls
 * @param {(set: Set) => void} onChange
 */
export function mountControls(root, list, controls, onChange) {
  const at = controls.map(({ usual }) => usual);
  /** @type {Map<string, string>} */
  const tried = new Map();
  const texts = () => controls.map(({ label, settings }, c) => [label, settings[at[c]].text]);
  const name = () =>
    texts()
      .map(([, text]) => text)
      .join(', ');
  const set = (/** @type {number} */ c, /** @type {number} */ value) => {
    at[c] = value;
    const chosen = controls.map(({ settings }, i) => settings[at[i]]);
    onChange({
      fields: Object.assign({}, ...chosen.map(({ fields }) => fields)),
      training: Object.assign({}, ...chosen.map(({ training }) => training)),
    });
  };
  const made = controls.map(({ label, kind, settings, usual }, c) => {
    if (kind === 'list') {
      const select = h(
        'select',
        { class: 'select' },
        ...settings.map(({ text }, i) => h('option', { value: i, selected: i === usual }, text)),
      );
      select.addEventListener('change', () => set(c, Number(select.value)));
      return h('label', { class: 'setting' }, h('span', {}, label), select);
    }
    const value = h('span', { 'aria-hidden': 'true' }, settings[usual].text);
    const range = h('input', {
      type: 'range',
      min: 0,
      max: settings.length - 1,
      step: 1,
      value: usual,
      'aria-valuetext': settings[usual].text,
    });
    range.addEventListener('input', () => {
      const { text } = settings[Number(range.value)];
      value.textContent = text;
      range.setAttribute('aria-valuetext', text);
      set(c, Number(range.value));
    });
    const ends = h(
      'span',
      { class: 'setting-ends', 'aria-hidden': 'true' },
      h('span', {}, settings[0].text),
      h('span', {}, settings[settings.length - 1].text),
    );
    return h(
      'label',
      { class: 'setting wide' },
      h('span', { class: 'setting-head' }, h('span', {}, label), value),
      range,
      ends,
    );
  });
  root?.replaceChildren(...made);
  return {
    /** @param {Record<string, string>} wanted whether these settings are chosen */
    has: (wanted) => texts().every(([label, text]) => wanted[label] === undefined || wanted[label] === text),
    /** @param {Reading[]} readings of what is chosen now @param {string} number that is listed */
    note(readings, number) {
      if (!list || controls.length === 0) return;
      tried.delete(name());
      tried.set(name(), textOf(number, readNumber(number, readings)));
      const rows = [...tried].slice(-MOST);
      list.hidden = rows.length < 2;
      list
        .querySelector('tbody')
        ?.replaceChildren(
          ...rows.map(([text, ratio]) => h('tr', {}, h('th', { scope: 'row' }, text), h('td', {}, ratio))),
        );
    },
    destroy: () => root?.replaceChildren(),
  };
}
