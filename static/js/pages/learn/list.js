/** @file The list of chapters: how many steps of each have an answer in this browser. */

/**
 * @param {HTMLElement} root
 * @param {{name: string, steps: number}[]} chapters
 * @param {import('./notebook.js').Notebook} notebook
 */
export function mountList(root, chapters, notebook) {
  for (const { name, steps } of chapters) {
    const place = root.querySelector(`[data-chapter="${name}"]`);
    const answered = notebook.answered(name);
    if (place && answered > 0) place.textContent = ` · ${answered} of ${steps} answered`;
  }
  root.dataset.state = 'ready';
}
