/** @file Runs' files that are dropped on the page or chosen: each is compared with the runs of the list. */
import { h } from '../../view/dom.js';
import { runOfFile } from './filerun.js';

/** @typedef {import('./state.js').Store} Store */

/**
 * @param {HTMLElement} root that files may be dropped on
 * @param {HTMLElement} place of the button that chooses some
 * @param {Store} store
 * @returns {{destroy: () => void}}
 */
export function mountFiles(root, place, store) {
  const open = async (/** @type {Iterable<File>} */ files) => {
    for (const file of files) {
      try {
        const run = runOfFile(file.name, await file.arrayBuffer());
        store.dispatch({ type: 'found', run });
        store.dispatch({ type: 'compare', id: run.id, on: true });
        store.dispatch({ type: 'problem', problem: null });
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        store.dispatch({ type: 'problem', problem: words });
      }
    }
  };
  const input = h('input', { type: 'file', accept: '.skipscope', multiple: true, class: 'visually-hidden' });
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
  place.replaceChildren(
    h(
      'label',
      { class: 'button', title: 'A file of skipscope.watch; it may be dropped on this page too, and is sent nowhere' },
      'Compare a file',
      input,
    ),
  );
  return {
    destroy() {
      root.removeEventListener('dragover', over);
      root.removeEventListener('drop', drop);
      place.replaceChildren();
    },
  };
}
