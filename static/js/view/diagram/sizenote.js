/** @file The note under the diagram about maps of one pixel, in the server's words. */
import { h } from '../dom.js';
import { whenChanged } from '../state/select.js';

/**
 * Mount the note after the diagram.
 *
 * @param {HTMLElement} diagram
 * @returns {import('../state/store.js').View}
 */
export function mountSizeNote(diagram) {
  const note = h('p', { class: 'diagram-note', role: 'note', hidden: true });
  diagram.after(note);
  return {
    update: whenChanged(
      ({ variants }) => [variants],
      (/** @type {import('../state/state.js').State} */ { variants }) => {
        const said = variants.filter(({ summary }) => summary.size_note);
        note.hidden = said.length === 0;
        note.textContent = said.map(({ label, summary }) => `${label}: ${summary.size_note}`).join(' ');
      },
    ),
    destroy: () => note.remove(),
  };
}
