/** @file A picture as plain data, and as SVG text: the page makes elements of the data, a recording keeps the text. */

/**
 * @typedef {{tag: string, at: Record<string, string|number>, in: (Node|string)[]}} Node an element of SVG
 * @typedef {{width: number, height: number, label: string, in: Node[]}} Scene
 */

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, string|number>} at its attributes
 * @param {...(Node|string)} children
 * @returns {Node}
 */
export function node(tag, at, ...children) {
  return { tag, at, in: children };
}

/**
 * Write a text at a place.
 *
 * @param {number} x @param {number} y
 * @param {string} text
 * @param {string} name of its class
 * @param {'start'|'middle'|'end'} [anchor]
 */
export function words(x, y, text, name, anchor = 'start') {
  return node('text', { x: round(x), y: round(y), class: name, 'text-anchor': anchor }, text);
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {string} name of its class */
export function line(x1, y1, x2, y2, name) {
  return node('line', { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), class: name });
}

/**
 * @param {number} x @param {number} y @param {number} width @param {number} height
 * @param {string} name of its class
 */
export function box(x, y, width, height, name) {
  return node('rect', { x: round(x), y: round(y), width: round(width), height: round(height), class: name });
}

/**
 * Break a text at its spaces into lines.
 *
 * @param {string} text
 * @param {number} most characters of a line; a longer word has a line of its own
 * @returns {string[]}
 */
export function broken(text, most) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A tenth of a pixel is enough. @param {number} value */
export function round(value) {
  return Math.round(value * 10) / 10;
}

/** @param {Scene} scene @returns {Node} */
export function rootOf({ width, height, label, in: children }) {
  return node(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    ...children,
  );
}

/** Write a scene as text. @param {Node} one @returns {string} */
export function textOf({ tag, at, in: children }) {
  const attributes = Object.entries(at).map(([name, value]) => ` ${name}="${safe(String(value))}"`);
  const inner = children.map((child) => (typeof child === 'string' ? safe(child) : textOf(child))).join('');
  return `<${tag}${attributes.join('')}>${inner}</${tag}>`;
}

/** @param {string} text */
function safe(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
