/** @file Files that are dropped on an element, or chosen with a button. */
import { h } from './dom.js';

/**
 * @param {HTMLElement} root that files may be dropped on
 * @param {HTMLElement} place of the button that chooses some
 * @param {{text: string, title: string, accept: string, multiple?: boolean, open: (files: File[]) => Promise<void>}}
 *   about
 * @returns {{destroy: () => void}}
 */
export function mountFiles(root, place, { text, title, accept, multiple = false, open }) {
  const input = h('input', { type: 'file', accept, multiple, class: 'visually-hidden' });
  const choose = () => {
    void open([...(input.files ?? [])]);
    input.value = ''; // the same file may be chosen again
  };
  input.addEventListener('change', choose);
  const over = (/** @type {DragEvent} */ event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };
  const drop = (/** @type {DragEvent} */ event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void open(files);
  };
  root.addEventListener('dragover', over);
  root.addEventListener('drop', drop);
  place.replaceChildren(h('label', { class: 'button', title }, text, input));
  return {
    destroy() {
      root.removeEventListener('dragover', over);
      root.removeEventListener('drop', drop);
      place.replaceChildren();
    },
  };
}
