/** @file The projector's view of a chapter: large type and a figure that fills the screen; the address turns it on. */

const VIEW = 'projector';

/** The address of a step in the view that is on. @param {number} step */
export function addressOf(step) {
  return `?step=${step}${isProjected() ? `&view=${VIEW}` : ''}`;
}

/** Is the view on? */
export function isProjected() {
  return document.documentElement.dataset.view === VIEW;
}

/** Has Escape another use there, for a dialog, a menu or a panel of Explore's? @param {KeyboardEvent} event */
function isOthers({ target, defaultPrevented }) {
  const inside = target instanceof Element && target.closest('dialog, details[open], .laboratory');
  return defaultPrevented || Boolean(inside);
}

/**
 * Mount its button and its key.
 *
 * @param {HTMLElement} root
 * @param {() => number} current the step on screen
 */
export function mountProjector(root, current) {
  const button = root.querySelector('[data-part="projector"]');
  const tell = () => {
    button?.setAttribute('aria-pressed', String(isProjected()));
    if (button) button.textContent = isProjected() ? 'Leave (Esc)' : 'Projector';
  };
  /** @param {boolean} on @param {boolean} [remember] whether the address is to say so */
  const turn = (on, remember = true) => {
    if (on) document.documentElement.dataset.view = VIEW;
    else delete document.documentElement.dataset.view;
    if (remember) history.replaceState(null, '', addressOf(current()));
    tell();
  };
  button?.addEventListener('click', () => turn(!isProjected()));
  root.addEventListener('keydown', (event) => {
    if (event.code === 'KeyP' && event.altKey && !event.ctrlKey && !event.metaKey) turn(!isProjected());
    else if (event.key === 'Escape' && isProjected() && !isOthers(event)) turn(false);
    else return;
    event.preventDefault();
  });
  globalThis.addEventListener('popstate', () => turn(new URLSearchParams(location.search).get('view') === VIEW, false));
  tell();
}
