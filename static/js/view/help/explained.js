/** @file The names and signs that open an explanation; plain text in a laboratory that has none. */
import { h } from '../dom.js';

/** @typedef {{explains: boolean}} Explaining a store, as far as this file is concerned */

/**
 * A name that opens the explanation of what it names.
 *
 * @param {Explaining} store
 * @param {string} part as the glossary calls it
 * @param {string} text
 * @param {import('../dom.js').Attributes} [attributes]
 */
export function explainedName({ explains }, part, text, attributes = {}) {
  if (!explains) return h('span', attributes, text);
  return trigger(part, { ...attributes, class: `explained ${attributes.class ?? ''}`.trim() }, text);
}

/**
 * A sign that opens an explanation, for parts whose name is a control already.
 *
 * @param {Explaining} store
 * @param {string} part
 * @param {string} title in words, for those who do not see the sign
 */
export function explainedSign({ explains }, part, title) {
  return explains && trigger(part, { class: 'explained sign', 'aria-label': `About: ${title}` });
}

/**
 * @param {string} part
 * @param {import('../dom.js').Attributes} attributes
 * @param {...string} text
 */
function trigger(part, attributes, ...text) {
  return h('button', { type: 'button', 'data-explain': part, 'aria-expanded': 'false', ...attributes }, ...text);
}
