/** @file Runs' files that are dropped on the page or chosen: each is compared with the runs of the list. */
import { mountFiles as mountAny } from '../../view/files.js';
import { runOfFile } from './filerun.js';

/** @typedef {import('./state.js').Store} Store */

/**
 * @param {HTMLElement} root that files may be dropped on
 * @param {HTMLElement} place of the button that chooses some
 * @param {Store} store
 * @returns {{destroy: () => void}}
 */
export function mountFiles(root, place, store) {
  const open = async (/** @type {File[]} */ files) => {
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
  return mountAny(root, place, {
    text: 'Compare a file',
    title: 'A file of skipscope.watch; it may be dropped on this page too, and is sent nowhere',
    accept: '.skipscope',
    multiple: true,
    open,
  });
}
