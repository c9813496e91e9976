/** @file A menu that shuts when something else is pressed, and on Escape. */

/**
 * Shut a menu from outside.
 *
 * @param {HTMLDetailsElement} menu
 * @returns {() => void} leave it alone again
 */
export function shutFromOutside(menu) {
  /** @param {Event} event */
  const shut = (event) => {
    // of a menu in a shadow tree, the event's target is the tree's host
    const inside = event.composedPath().includes(menu);
    if (event instanceof KeyboardEvent ? event.key === 'Escape' && menu.open : !inside) menu.open = false;
  };
  document.addEventListener('click', shut);
  document.addEventListener('keydown', shut);
  return () => {
    document.removeEventListener('click', shut);
    document.removeEventListener('keydown', shut);
  };
}
