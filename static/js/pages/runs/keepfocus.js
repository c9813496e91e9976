/** @file The keyboard's place in a table of runs, kept while the table is drawn anew. */

/**
 * Draw; then focus the control that had the focus: of the same run, or of the one that took its place.
 *
 * @param {HTMLElement} root
 * @param {() => void} draw
 */
export function keepFocus(root, draw) {
  const held = root.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  const before = held?.closest('tr');
  const place = before ? rowsOf(root).indexOf(before) : -1;
  draw();
  if (!held || !before || root.contains(held)) return;
  const rows = rowsOf(root);
  const row = rows.find(({ dataset }) => dataset.run === before.dataset.run) ?? rows[Math.min(place, rows.length - 1)];
  const control = row?.querySelector(`[data-act="${held.dataset.act ?? 'open'}"]`);
  if (control instanceof HTMLElement) control.focus({ preventScroll: true });
  else root.closest('main')?.focus();
}

/** @param {HTMLElement} root @returns {HTMLTableRowElement[]} */
function rowsOf(root) {
  return [...root.querySelectorAll('tbody tr')].map((row) => /** @type {HTMLTableRowElement} */ (row));
}
