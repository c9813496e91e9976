/** @file Parts of a page by their names, lists that change, and how a refusal is shown. */
import { Refusal } from '../../sources/source.js';

/** @param {HTMLElement} root @param {string} name @returns {HTMLElement} */
export function part(root, name) {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks the part ${name}`);
  return found;
}

/**
 * Show why something was refused; other errors are ours, and are thrown on.
 *
 * @param {HTMLElement} place @param {unknown} error
 */
export function showProblem(place, error) {
  if (!(error instanceof Refusal)) throw error;
  const { detail, remedy } = error.problem;
  place.textContent = remedy ? `${detail} ${remedy[0].toUpperCase()}${remedy.slice(1)}.` : detail;
  place.hidden = false;
}

/**
 * Do something at each call and show why it was refused.
 *
 * @template {unknown[]} A
 * @param {HTMLElement} place
 * @param {(...given: A) => Promise<unknown>} act
 * @returns {(...given: A) => Promise<void>}
 */
export function trying(place, act) {
  return async (...given) => {
    try {
      await act(...given);
      place.hidden = true;
    } catch (error) {
      showProblem(place, error);
    }
  };
}

/**
 * Keep an element for each item of a list, by its key: one that stays is written anew, and the hand on its button too.
 *
 * @template T
 * @param {HTMLElement} list
 * @param {(item: T) => string|number} keyOf
 * @param {(item: T) => {element: HTMLElement, update: (item: T) => void}} make
 * @returns {(items: T[]) => void}
 */
export function keyed(list, keyOf, make) {
  /** @type {Map<string|number, ReturnType<typeof make>>} */
  const known = new Map();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, { element }] of known) {
      if (keys.has(key)) continue;
      element.remove();
      known.delete(key);
    }
    items.forEach((item, i) => {
      const row = known.get(keyOf(item)) ?? make(item);
      known.set(keyOf(item), row);
      row.update(item);
      if (list.children[i] !== row.element) list.insertBefore(row.element, list.children[i] ?? null);
    });
  };
}
