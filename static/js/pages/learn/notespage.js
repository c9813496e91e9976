/** @file My notebook: predictions and answers beside the measurements, chapter by chapter; print, save, clear. */

import { sceneOf } from '../../figure/lesson/pictures.js';
import { rootOf } from '../../figure/lesson/scene.js';
import { percent } from '../../figure/lesson/shares.js';
import { confirmed } from '../../view/confirm.js';
import { h } from '../../view/dom.js';
import { tellChanges } from './changes.js';
import { lossOf, notesOf } from './notes.js';
import { made } from './picture.js';
import { saveFile } from './saving.js';

/** @typedef {import('./notes.js').Note} Note */
/** @typedef {import('./notes.js').Notes} Notes */

const SIZE = { width: 440, height: 300 };

/**
 * Mount the page.
 *
 * @param {HTMLElement} root
 * @param {import('./notes.js').NotedChapter[]} chapters
 * @param {import('./notebook.js').Notebook} notebook
 */
export function mountNotesPage(root, chapters, notebook) {
  const find = (/** @type {string} */ name) =>
    /** @type {HTMLElement|null} */ (root.querySelector(`[data-part="${name}"]`));
  const main = find('notebook') ?? root;

  const show = () => {
    const notes = notesOf(chapters, notebook.pages());
    find('notes')?.replaceChildren(...notes.map(chapterOf));
    const known = new Set(chapters.map(({ name }) => name));
    const others = Object.keys(notebook.pages()).filter((name) => !known.has(name));
    const empty = find('empty');
    if (empty) empty.hidden = notes.length > 0;
    const gone = find('gone');
    if (gone) {
      gone.hidden = others.length === 0;
      gone.textContent = `There are also answers to chapters that this server does not have: ${others.join(', ')}.`;
    }
    const lost = find('lost');
    if (lost) lost.hidden = notebook.lasts();
    for (const name of ['print', 'save']) {
      const button = /** @type {HTMLButtonElement|null} */ (find(name));
      if (button) button.disabled = notes.length === 0;
    }
    const clear = /** @type {HTMLButtonElement|null} */ (find('clear'));
    if (clear) clear.disabled = notes.length + others.length === 0;
  };

  /** @param {Notes} notes */
  const chapterOf = ({ name, title, steps, notes }) => {
    const reset = h('button', { type: 'button', class: 'button small scripted' }, 'Reset this chapter');
    reset.addEventListener('click', async () => {
      const loss = lossOf(notebook.pages(), name);
      if (!(await confirmed(main, `Delete your answers to \u201c${title}\u201d: ${loss}?`))) return;
      notebook.forget(name, null);
      show();
      find('title')?.focus();
    });
    return h(
      'section',
      { class: 'notes-chapter', 'aria-label': title, 'data-notes': name },
      h(
        'header',
        {},
        h('h2', {}, h('a', { href: `/learn/${name}` }, title)),
        h('p', { class: 'notes-count' }, `${notes.filter(({ done }) => done).length} of ${steps} steps`),
        reset,
      ),
      ...notes.map((note) => noteOf(name, note)),
    );
  };

  find('print')?.addEventListener('click', () => print());
  find('save')?.addEventListener('click', () => saveFile(main));
  find('clear')?.addEventListener('click', async () => {
    const loss = lossOf(notebook.pages());
    if (!(await confirmed(main, `Delete everything in your notebook: ${loss}? It is kept nowhere else.`))) return;
    notebook.clear();
    show();
    find('title')?.focus();
  });
  show();
  root.dataset.state = 'ready';
}

/** @param {string} name of the chapter @param {Note} note */
function noteOf(name, { number, title, rows, tries, picture }) {
  return h(
    'article',
    { class: 'note' },
    h('h3', {}, h('a', { href: `/learn/${name}?step=${number}` }, `${number}. ${title}`)),
    h(
      'dl',
      {},
      ...rows.flatMap(({ label, text, yours }) => [
        h('dt', {}, label),
        h('dd', yours ? { class: 'notes-yours' } : {}, text),
      ]),
    ),
    tries.length > 0 && triesOf(tries),
    picture && pictureOf(picture),
  );
}

/** @param {import('./notebook.js').Try[]} tries */
function triesOf(tries) {
  return h(
    'table',
    { class: 'tried' },
    h('caption', {}, 'You have trained'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...['Changes', 'Last 20 batches', 'Images held out', 'Learnt'].map((text) => h('th', { scope: 'col' }, text)),
      ),
    ),
    h(
      'tbody',
      {},
      ...tries.map(({ changes, accuracy, test, learnt }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, tellChanges(changes)),
          h('td', {}, percent(accuracy)),
          h('td', {}, percent(test)),
          h('td', {}, learnt ? 'yes' : 'no'),
        ),
      ),
    ),
  );
}

/** @param {NonNullable<Note['picture']>} picture */
function pictureOf({ figure, reading, prediction }) {
  const scene = sceneOf(figure, { readings: [reading], prediction, ...SIZE });
  return h(
    'figure',
    { class: 'picture' },
    made(rootOf(scene)),
    h('figcaption', {}, `${figure.caption} The curve is the recording; the dashed line is yours.`),
  );
}
