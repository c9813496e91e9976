/** @file The room that the page gives the diagram, before the drawing asks for more. */

/** The height to lay out for where the page gives as much as is needed. */
const CONTENT = 440;

/**
 * The room for the drawing; its style says whether the height is the content's, or what the panel has before the
 * drawing asks for more.
 *
 * @param {HTMLElement} root of the diagram
 */
export function roomIn(root) {
  if (getComputedStyle(root).getPropertyValue('--height').trim() === 'content')
    return { width: root.clientWidth, height: CONTENT };
  const { minHeight } = root.style;
  root.style.minHeight = '';
  const size = { width: root.clientWidth, height: root.clientHeight };
  root.style.minHeight = minHeight;
  return size;
}
