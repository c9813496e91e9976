/** @file A dialog for what people say of a run: tags and notes. */
import { h } from '../../view/dom.js';
import { titleOf } from './rundigest.js';

/** @typedef {import('./rundigest.js').Run} Run */
/** @typedef {{tags: string[], notes: string}} Annotation */

/**
 * Ask for tags and notes.
 *
 * @param {HTMLElement} root in which the dialog lies while it is open
 * @param {Run} run
 * @returns {Promise<Annotation|null>} null where nothing is to be kept
 */
export function annotated(root, run) {
  return new Promise((resolve) => {
    const tags = h('input', { class: 'field-input', value: run.tags.join(', '), maxlength: 320 });
    const notes = h('textarea', { class: 'runs-notes', rows: 6, maxlength: 4000 }, run.notes);
    const dialog = h(
      'dialog',
      { class: 'confirm runs-annotate', 'aria-label': `Tags and notes of ${titleOf(run)}` },
      h(
        'form',
        { method: 'dialog' },
        h('p', {}, h('bdi', {}, titleOf(run))),
        h('label', {}, 'Tags, separated by commas', tags),
        h('label', {}, 'Notes', notes),
        h(
          'menu',
          {},
          h('button', { class: 'button', value: '', formnovalidate: true }, 'Cancel'),
          h('button', { class: 'button primary', value: 'keep' }, 'Keep'),
        ),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'keep' ? { tags: tagsOf(tags.value), notes: notes.value } : null);
    });
    root.append(dialog);
    dialog.showModal();
    tags.focus();
  });
}

/** @param {string} text */
export function tagsOf(text) {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
}
