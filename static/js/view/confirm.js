/** @file A question that must be answered before something is lost. */
import { h } from './dom.js';

/**
 * Ask in a dialog.
 *
 * @param {HTMLElement} root in which the dialog lies while it is open
 * @param {...import('./dom.js').Child} question
 * @returns {Promise<boolean>}
 */
export function confirmed(root, ...question) {
  return new Promise((resolve) => {
    const dialog = h(
      'dialog',
      { class: 'confirm' },
      h(
        'form',
        { method: 'dialog' },
        h('p', {}, ...question),
        h(
          'menu',
          {},
          h('button', { class: 'button', value: '' }, 'Keep'),
          h('button', { class: 'button danger', value: 'delete' }, 'Delete'),
        ),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'delete');
    });
    root.append(dialog);
    dialog.showModal();
  });
}
