/**
 * @file A tour of Explore: a card beside each part that it speaks of, and a frame around the part. The page stays
 *   usable; Escape and "Skip the tour" end it.
 */
import { placeNear } from '../../figure/nearplace.js';
import { idOf } from './ids.js';

/** @typedef {import('./glossary.js').Stop} Stop */

const MARGIN = 5;

/**
 * Start the tour at its first stop whose part is on the page.
 *
 * @param {typeof import('../dom.js').h} h
 * @param {HTMLElement} root of the page
 * @param {Stop[]} tour
 * @param {boolean} asked for by the reader; a tour that comes by itself leaves the focus to who has it
 * @returns {() => void} end it
 */
export function startTour(h, root, tour, asked) {
  const stops = tour.filter(({ at }) => partOf(root, at));
  const before = document.activeElement;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const free = asked || before === null || before === document.body;
  let current = 0;
  const count = h('p', { class: 'tour-count' });
  const title = h('h2', { id: idOf('tour-title') });
  const says = h('p', { id: idOf('tour-says') });
  const more = h('p', { class: 'tour-more' });
  const button = (/** @type {string} */ kind, /** @type {string} */ text, /** @type {() => void} */ act) =>
    h('button', { type: 'button', class: kind, onclick: act }, text);
  const skip = button('button plain', 'Skip the tour', () => end());
  const back = button('button', 'Back', () => go(current - 1));
  const next = button('button primary', 'Next', () => (current + 1 < stops.length ? go(current + 1) : end()));
  const named = { role: 'dialog', 'aria-labelledby': title.id, 'aria-describedby': says.id };
  const card = h(
    'div',
    { class: 'tour', ...named },
    count,
    title,
    says,
    more,
    h('div', { class: 'tour-acts' }, skip, back, next),
  );
  const frame = h('div', { class: 'tour-frame', 'aria-hidden': 'true' });

  const place = () => {
    const part = partOf(root, stops[current].at);
    frame.hidden = !part;
    if (!part) return;
    const anchor = rectOf(part);
    Object.assign(frame.style, {
      left: `${anchor.x}px`,
      top: `${anchor.y}px`,
      width: `${anchor.w}px`,
      height: `${anchor.h}px`,
    });
    const bounds = { x: 0, y: 0, w: document.documentElement.clientWidth, h: innerHeight };
    const panel = rectOf(part.closest('.panel') ?? part);
    const { x, y } = placeNear(anchor, panel, { w: card.offsetWidth, h: card.offsetHeight }, bounds);
    card.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };

  /** @param {number} to */
  const go = (to) => {
    current = to;
    const { title: name, says: text, chapter, at } = stops[to];
    count.textContent = `${to + 1} of ${stops.length}`;
    title.textContent = name;
    says.textContent = text;
    more.replaceChildren(...(chapter ? [h('a', { href: chapter.href }, `Learn: ${chapter.title}`)] : []));
    back.hidden = to === 0;
    const last = to + 1 === stops.length;
    skip.hidden = last;
    next.textContent = last ? 'Done' : 'Next';
    partOf(root, at)?.scrollIntoView({ block: 'nearest', behavior: still ? 'auto' : 'smooth' });
    place();
    if (free || card.contains(document.activeElement)) next.focus({ preventScroll: true });
  };

  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.key !== 'Escape' || root.querySelector('dialog[open], .explanation')) return;
    event.stopPropagation();
    end();
  };
  const observer = new ResizeObserver(place);
  const end = () => {
    document.removeEventListener('keydown', key, { capture: true });
    document.removeEventListener('scroll', place, { capture: true });
    observer.disconnect();
    const had = card.contains(document.activeElement);
    card.remove();
    frame.remove();
    if (!had) return;
    const to = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : null;
    const main = /** @type {HTMLElement|null} */ (root.querySelector('main'));
    (to ?? main)?.focus({ preventScroll: true });
  };

  document.addEventListener('keydown', key, { capture: true });
  document.addEventListener('scroll', place, { capture: true, passive: true });
  observer.observe(document.documentElement);
  observer.observe(card);
  document.body.append(frame, card);
  go(0);
  return end;
}

/** @param {Element} element @returns {import('../../figure/path.js').Rect} */
function rectOf(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left - MARGIN, y: top - MARGIN, w: width + 2 * MARGIN, h: height + 2 * MARGIN };
}

/** The first of some elements that is seen. @param {HTMLElement} root @param {string[]} selectors */
function partOf(root, selectors) {
  for (const selector of selectors) {
    const found = root.querySelector(selector);
    if (found?.checkVisibility() && found.getBoundingClientRect().width > 0) return found;
  }
  return null;
}
