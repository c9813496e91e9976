/**
 * @file The box of an explanation, one for a document: beside its subject, never over it. It lies in the document
 *   behind the name or sign that opened it, so that the Tab key goes into it and on.
 */
import { placeNear } from '../../figure/nearplace.js';
import { idOf } from './ids.js';

/** @typedef {import('./glossary.js').Glossary} Glossary */
/** @typedef {import('./glossary.js').Term} Term */
/**
 * @typedef {object} Explanation
 * @property {(trigger: HTMLElement, pinned: boolean) => void} show
 * @property {(trigger: HTMLElement) => void} press shows it until it is closed; closes it where it stays open already
 * @property {() => void} leave pointer or focus have left what opened it
 */

/** The way of a pointer from the sign to the box. */
const LINGER = 350;
/** Above a box that stands over its sign, and between both, in pixels. */
const ROOM = 18;
/** Parts that an explanation is of. */
const SUBJECT = '.chart, .heatmap-panel, .field, .menu-body, [data-control], .headline, .details, .below';
/** Names end where these end; the box lies behind them, so that it is no part of a heading's words. */
const NAMES = 'figcaption, h2, .headline';

/**
 * @param {typeof import('../dom.js').h} h
 * @param {Glossary} glossary
 * @param {(term?: string) => void} onHelp
 * @returns {Explanation}
 */
export function createExplanation(h, glossary, onHelp) {
  const title = h('strong', { id: idOf('explanation-title') });
  const says = h('p', { id: idOf('explanation-says') });
  const links = h('div', { class: 'explanation-links' });
  const attributes = { popover: 'manual', role: 'note', 'aria-labelledby': title.id };
  const box = h('div', { class: 'explanation', ...attributes }, title, says, links);
  /** @type {{trigger: HTMLElement, pinned: boolean, described: string|null}|null} */
  let open = null;
  /** It had the focus given back, and is not to open by that. @type {HTMLElement|null} */
  let muted = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let leaving;

  /** @param {HTMLElement} trigger */
  const fill = (trigger) => {
    const part = glossary.parts[trigger.dataset.explain ?? ''];
    const term = glossary.terms.find(({ name }) => name === trigger.dataset.term);
    if (term) return explain(term);
    if (!part) return false;
    title.textContent = part.title || trigger.textContent;
    says.textContent = part.says;
    const terms = part.terms.flatMap((word) => glossary.terms.find(({ name }) => name === word) ?? []);
    links.replaceChildren(...terms.map(wordOf), ...further(part.chapter));
    return true;
  };
  /** @param {Term} term */
  const explain = (term) => {
    title.textContent = term.term;
    says.textContent = term.says;
    links.replaceChildren(...further(term.chapter, term));
    return true;
  };
  /** @param {Term} term */
  const wordOf = (term) =>
    h(
      'button',
      {
        type: 'button',
        class: 'explanation-term',
        onclick: () => {
          explain(term);
          place();
          const first = links.querySelector('a, button');
          if (first instanceof HTMLElement) first.focus();
        },
      },
      term.term,
    );
  /** @param {import('./glossary.js').Link|null} chapter @param {Term} [term] */
  const further = (chapter, term) => [
    ...(term?.more ? [h('a', { href: term.more }, 'Read more')] : []),
    ...(chapter ? [h('a', { href: chapter.href }, `Learn: ${chapter.title}`)] : []),
    h(
      'button',
      {
        type: 'button',
        class: 'explanation-term',
        onclick: () => {
          close();
          onHelp(term?.term);
        },
      },
      'Glossary',
    ),
  ];

  const place = () => {
    if (!open) return;
    const anchor = rectOf(open.trigger);
    if (anchor.h === 0 || anchor.y + anchor.h < 0 || anchor.y > innerHeight) {
      close();
      return;
    }
    const size = { w: box.offsetWidth, h: box.offsetHeight };
    const bounds = { x: 0, y: 0, w: document.documentElement.clientWidth, h: innerHeight };
    const { x, y } = placeNear(anchor, rectOf(subjectOf(open.trigger)), size, bounds);
    box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };

  /**
   * Scroll back as far as a box needs above its sign, if it has covered what the sign is about.
   *
   * @param {Element} sign
   */
  const makeRoom = (sign) => {
    if (open?.trigger !== sign) return;
    const [subject, shown] = [subjectOf(open.trigger), box].map((one) => one.getBoundingClientRect());
    const missing = box.offsetHeight + ROOM - sign.getBoundingClientRect().top;
    const covers = shown.bottom > subject.top && shown.top < subject.bottom && shown.right > subject.left;
    if (!covers || missing <= 0) return;
    scrollBy({ top: -missing, behavior: 'instant' });
    place();
  };

  const close = () => {
    clearTimeout(leaving);
    if (!open) return;
    const { trigger, described } = open;
    open = null;
    if (trigger.hasAttribute('aria-expanded')) trigger.setAttribute('aria-expanded', 'false');
    if (described === null) trigger.removeAttribute('aria-describedby');
    else trigger.setAttribute('aria-describedby', described);
    box.remove();
  };

  /** @param {HTMLElement} trigger @param {boolean} pinned */
  const show = (trigger, pinned) => {
    clearTimeout(leaving);
    if (open?.trigger === trigger) {
      open.pinned ||= pinned;
      return;
    }
    if (trigger === muted && !pinned) return;
    muted = null;
    close();
    if (!trigger.isConnected || !fill(trigger)) return;
    open = { trigger, pinned, described: trigger.getAttribute('aria-describedby') };
    (trigger.closest(NAMES) ?? trigger).after(box);
    box.showPopover();
    if (trigger.hasAttribute('aria-expanded')) trigger.setAttribute('aria-expanded', 'true');
    trigger.setAttribute('aria-describedby', says.id);
    place();
  };

  const leave = () => {
    muted = null;
    if (!open || open.pinned) return;
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      const { activeElement } = document;
      const busy = box.matches(':hover') || box.contains(activeElement);
      const on = open && (open.trigger.matches(':hover') || open.trigger.matches(':focus-visible'));
      if (!busy && !on) close();
    }, LINGER);
  };

  box.addEventListener('pointerleave', leave);
  box.addEventListener('pointerenter', () => clearTimeout(leaving));
  const inside = (/** @type {EventTarget|null} */ target) =>
    target instanceof Node && (box.contains(target) || (open?.trigger.contains(target) ?? false));
  document.addEventListener('pointerdown', (event) => {
    if (!inside(event.target)) close();
  });
  document.addEventListener('focusin', (event) => {
    if (!inside(event.target)) close();
  });
  // before all who shut something on Escape: one press shuts one thing
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !open) return;
      event.stopPropagation();
      event.preventDefault();
      const { trigger } = open;
      const within = box.contains(document.activeElement);
      close();
      muted = trigger;
      if (within) trigger.focus();
    },
    { capture: true },
  );
  document.addEventListener('scroll', place, { capture: true, passive: true });
  globalThis.addEventListener('resize', place);

  return {
    show,
    leave,
    press(trigger) {
      if (open?.trigger === trigger && open.pinned) {
        close();
        return;
      }
      show(trigger, true);
      makeRoom(trigger);
    },
  };
}

/** The part that an explanation is of, which it does not cover. @param {HTMLElement} trigger */
function subjectOf(trigger) {
  const subject = trigger.closest(SUBJECT) ?? trigger.closest('.diagram-panel')?.querySelector('.diagram');
  return subject instanceof HTMLElement ? subject : trigger;
}

/** @param {HTMLElement} element @returns {import('../../figure/path.js').Rect} */
function rectOf(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left, y: top, w: width, h: height };
}
