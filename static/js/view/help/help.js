/**
 * @file The listeners of explanations and of Help, for a whole document. The rest is loaded when it is first wanted.
 */
import { h } from '../dom.js';
import { once, read } from './glossary.js';
import { isTourDue, remember, TOUR, whenReady } from './visit.js';

/** Elements that open an explanation: of a part of Explore, or of a term in a text. */
const TRIGGER = '[data-explain], a[data-term]';
/** A pointer that only passes by opens nothing. */
const REST = 220;

/**
 * Mount the explanations of a document, and its Help.
 *
 * @param {HTMLElement} button that opens Help, with the addresses of the glossary
 * @param {import('./glossary.js').Stop[]} [tour] of this page
 */
export function mountHelp(button, tour = []) {
  const address = button.dataset.glossary ?? '';
  const glossary = once(() => /** @type {Promise<import('./glossary.js').Glossary>} */ (read(address)));
  /** The name or sign that is pointed at or focused now, while the code is still on its way. @type {Element|null} */
  let wanted = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;
  /** @type {import('./explanation.js').Explanation|null} */
  let made = null;

  const explanation = once(async () => {
    const [{ createExplanation }, words] = await Promise.all([import('./panels.js'), glossary()]);
    made = createExplanation(h, words, (term) => void help(term));
    return made;
  });
  /** @param {EventTarget|null} target */
  const triggerAt = (target) => /** @type {HTMLElement|null} */ (target instanceof Element && target.closest(TRIGGER));

  /** Open an explanation that goes again when pointer and focus have left it. @param {HTMLElement} trigger */
  const glance = async (trigger) => {
    wanted = trigger;
    try {
      const one = await explanation();
      if (wanted === trigger) one.show(trigger, false);
    } catch {
      wanted = null; // a press says that nothing came
    }
  };
  const lost = () => {
    clearTimeout(resting);
    wanted = null;
    made?.leave();
  };

  /** @param {string} [term] */
  const help = async (term) => {
    button.setAttribute('aria-busy', 'true');
    try {
      const [{ openHelp }, words] = await Promise.all([import('./panels.js'), glossary()]);
      openHelp(h, document.body, words, { term, tour: tour.length > 0 ? () => void showTour(true) : `/${TOUR}` });
      button.removeAttribute('title');
    } catch {
      button.title = 'Help did not come: the server cannot be reached. Try again.';
    } finally {
      button.removeAttribute('aria-busy');
    }
  };

  /** @param {boolean} asked for by the reader */
  const showTour = async (asked) => {
    const { startTour } = await import('./panels.js');
    startTour(h, document.documentElement, tour, asked);
  };

  button.addEventListener('click', () => void help());
  document.addEventListener('pointerover', (event) => {
    const trigger = triggerAt(event.target);
    if (!trigger || event.pointerType !== 'mouse') return;
    clearTimeout(resting);
    resting = setTimeout(() => void glance(trigger), REST);
  });
  document.addEventListener('pointerout', (event) => {
    const trigger = triggerAt(event.target);
    if (trigger && event.pointerType === 'mouse' && triggerAt(event.relatedTarget) !== trigger) lost();
  });
  document.addEventListener('focusin', (event) => {
    const trigger = triggerAt(event.target);
    if (trigger?.matches(':focus-visible')) void glance(trigger);
  });
  document.addEventListener('focusout', (event) => {
    if (triggerAt(event.target)) lost();
  });
  document.addEventListener('click', (event) => {
    const trigger = triggerAt(event.target);
    if (!trigger || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    clearTimeout(resting);
    wanted = trigger;
    explanation().then(
      (one) => one.press(trigger),
      () => {
        trigger.title = 'The explanation did not come: the server cannot be reached. Try again.';
      },
    );
  });
  if (tour.length === 0) return;
  const begin = async () => {
    if (!isTourDue(location)) return;
    await whenReady(document.documentElement);
    const asked = location.hash === TOUR;
    await showTour(asked);
    remember();
    if (asked) history.replaceState(null, '', location.pathname + location.search);
  };
  // without a server there is no tour, and the next visit has it
  const tryToBegin = () => void begin().catch(() => {});
  addEventListener('hashchange', tryToBegin);
  tryToBegin();
}
