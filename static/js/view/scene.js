/** @file A picture as plain data on the page: elements are made once, and the next of the same form sets numbers. */
import { svg } from './dom.js';

/** @typedef {import('../figure/lesson/scene.js').Scene} Scene */
/** @typedef {import('../figure/lesson/scene.js').Node} Node */

/** Make an empty picture. */
export function createScene() {
  const element = svg('svg', { role: 'img' });
  return {
    element,
    /** @param {Scene} scene */
    draw({ width, height, label, in: children }) {
      set(element, { viewBox: `0 0 ${width} ${height}`, width, height, 'aria-label': label, role: 'img' });
      fill(element, children);
    },
  };
}

/** @param {Element} parent @param {(Node|string)[]} children */
function fill(parent, children) {
  children.forEach((child, i) => {
    const there = parent.childNodes[i];
    if (typeof child === 'string') {
      if (there?.nodeType !== 3) put(parent, there, document.createTextNode(child));
      else if (there.textContent !== child) there.textContent = child;
      return;
    }
    const same = there instanceof Element && there.tagName === child.tag;
    const own = same ? there : svg(/** @type {keyof SVGElementTagNameMap} */ (child.tag));
    if (!same) put(parent, there, own);
    set(own, child.at);
    fill(own, child.in);
  });
  while (parent.childNodes.length > children.length) parent.lastChild?.remove();
}

/** @param {Element} parent @param {ChildNode|undefined} there @param {ChildNode} next */
function put(parent, there, next) {
  if (there) there.replaceWith(next);
  else parent.append(next);
}

/** @param {Element} element @param {Record<string, string|number>} attributes */
function set(element, attributes) {
  for (const name of element.getAttributeNames()) if (!(name in attributes)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}
