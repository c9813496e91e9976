/** @file A chapter: one step on screen, whose number is in the address; arrow keys and links move. */
import { confirmed } from '../../view/confirm.js';
import { lossOf } from './notes.js';
import { addressOf, isProjected, mountProjector } from './projector.js';
import { mountQuestion } from './questions.js';
import { mountStep } from './step.js';

/** Elements that have a use for the arrow keys themselves. */
const KEYED =
  'input, select, textarea, [role="slider"], [role="switch"], [role="listbox"], [contenteditable], .laboratory';
const KEYS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1 });
/** The keys that a presenter's remote control sends. */
const CLICKER = /** @type {Record<string, number>} */ ({ PageDown: 1, PageUp: -1 });

/**
 * Mount a chapter.
 *
 * @param {HTMLElement} root
 * @param {import('../../sources/source.js').Source} source
 * @param {{first: import('./declared.js').First, notebook: import('./notebook.js').Notebook}} of
 */
export function mountLesson(root, source, { first, notebook }) {
  const sections = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('.step')]);
  const asked = () =>
    Math.min(sections.length, Math.max(1, Number(new URLSearchParams(location.search).get('step')) || 1));
  let current = asked();
  let leave = () => {};
  /** The question on an earlier chapter, which stands above the first step and is kept with it. */
  const recall = /** @type {HTMLElement|null} */ (root.querySelector('[data-part="recall"]'));
  const recalled = mountQuestion(root.querySelector('[data-part="recalled"]'), (index) => {
    notebook.write(first.name, 1, { recall: index });
    recalled.show(index, true);
  });

  const enter = () => {
    const { recall: said } = notebook.read(first.name, 1);
    if (recall) recall.hidden = current !== 1;
    recall?.classList.remove('later');
    recalled.show(said, said !== undefined);
    for (const section of sections) section.toggleAttribute('data-current', section.dataset.step === String(current));
    for (const link of root.querySelectorAll('.steps [data-to]')) {
      if (link.getAttribute('data-to') === String(current)) link.setAttribute('aria-current', 'step');
      else link.removeAttribute('aria-current');
    }
    const at = current;
    leave = mountStep(sections[at - 1], source, {
      first,
      number: at,
      entry: notebook.read(first.name, at),
      keep: (changes) => notebook.write(first.name, at, changes),
    });
    root.dataset.step = String(at);
  };
  /** @param {number} to @param {boolean} [remember] */
  const go = (to, remember = true) => {
    if (to < 1 || to > sections.length || to === current) return;
    leave();
    current = to;
    if (remember) history.pushState(null, '', addressOf(to));
    enter();
    sections[to - 1].querySelector('h2')?.focus({ preventScroll: true });
    root.querySelector('.steps')?.scrollIntoView({ block: 'nearest' });
  };
  const again = () => {
    leave();
    enter();
  };

  root.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('[data-to]') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(Number(link.getAttribute('data-to')));
  });
  root.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.closest(KEYED)) return;
    const by = KEYS[event.key] ?? (isProjected() ? CLICKER[event.key] : undefined);
    if (by === undefined) return;
    go(current + by);
    event.preventDefault();
  });
  globalThis.addEventListener('popstate', () => go(asked(), false));
  /** @param {string} question @returns {Promise<boolean>} */
  const sure = (question) => confirmed(root.querySelector('main') ?? root, question);
  root.querySelector('[data-part="reset-step"]')?.addEventListener('click', async () => {
    const { tries = [] } = notebook.read(first.name, current);
    if (tries.length > 0 && !(await sure(`Delete what you trained in this step (${tries.length})?`))) return;
    notebook.forget(first.name, current);
    again();
  });
  root.querySelector('[data-part="reset-chapter"]')?.addEventListener('click', async () => {
    if (!(await sure(`Delete your answers to this chapter: ${lossOf(notebook.pages(), first.name)}?`))) return;
    notebook.forget(first.name, null);
    again();
  });
  mountProjector(root, () => current);
  enter();
  root.dataset.state = 'ready';
}
