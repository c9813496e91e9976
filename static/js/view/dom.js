/**
 * @file Make elements from text that is never read as markup.
 */

/** @typedef {Node|string|null|false} Child */
/** @typedef {{hear(event: Event): void}['hear']} Listener of one kind of event */
/** @typedef {Record<string, string|number|boolean|null|undefined|Listener>} Attributes */

/**
 * Make an HTML element. `on…` functions become listeners, `false` and `null` leave an attribute out, `true` sets it
 * empty.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Make an SVG element.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/**
 * Make a MathML element.
 *
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function math(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/1998/Math/MathML', tag), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {E}
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/**
 * Does an element belong to this laboratory, and to none that is mounted inside it?
 *
 * @param {HTMLElement} root
 * @param {EventTarget|null} element
 */
export function isOwn(root, element) {
  return element instanceof Element && element.closest('[data-laboratory]') === root;
}

/**
 * The element that has the focus, in the document or shadow tree that another is in.
 *
 * @param {Element} among
 */
export function focusedNear(among) {
  const tree = among.getRootNode();
  return tree instanceof ShadowRoot ? tree.activeElement : document.activeElement;
}

/**
 * Find an element that the template promises.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function need(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page lacks #${id}`);
  return element;
}
