/** @file Runs' files that are dropped on the page or chosen: each is compared with the runs of the list. */

import { isParquet, readRunFile } from '../../sources/runfile.js';
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
        const run = runOfFile(file.name, await read(file));
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
    title:
      'A file of skipscope.watch, or a recorder’s Parquet; it may be dropped on this page too, and is sent nowhere',
    accept: '.skipscope,.parquet',
    multiple: true,
    open,
  });
}

/** @param {File} file @returns {Promise<import('../../sources/runfile.js').Found>} */
async function read(file) {
  const buffer = await file.arrayBuffer();
  if (!isParquet(buffer)) return readRunFile(buffer);
  const { readParquet } = await import('../../sources/parquet.js');
  return readParquet(buffer);
}
