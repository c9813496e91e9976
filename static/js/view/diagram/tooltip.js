/**
 * @file The tooltip of the element under the pointer; its numbers follow the steps.
 */

import { endPlaces, nameAt } from '../../figure/ends.js';
import { factsOf } from '../../figure/facts.js';
import { h } from '../dom.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../../figure/layout.js').Layout} Layout */

/**
 * Mount the tooltip of a diagram.
 *
 * @param {HTMLElement} stage
 */
export function mountTooltip(stage) {
  const tip = h('div', { class: 'tooltip', hidden: true, 'aria-hidden': 'true' });
  stage.append(tip);
  let inside = false;
  /** @type {{x: number, y: number}|null} */
  let pointer = null;
  let wasKeyboard = false;

  /** @param {PointerEvent} event */
  const move = (event) => {
    inside = event.pointerType === 'mouse';
    const box = stage.getBoundingClientRect();
    pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    wasKeyboard = false;
    if (!tip.hidden) put(null);
  };
  const leave = () => {
    inside = false;
    tip.hidden = true;
  };
  const key = () => {
    wasKeyboard = true;
  };
  stage.addEventListener('pointermove', move);
  stage.addEventListener('pointerleave', leave);
  stage.addEventListener('keydown', key);
  stage.addEventListener('focusout', leave);

  /** @param {{x: number, y: number}|null} at */
  const put = (at) => {
    const anchor = at ?? pointer;
    if (!anchor) return;
    const { width, height } = tip.getBoundingClientRect();
    const parent = /** @type {HTMLElement} */ (stage.parentElement);
    const right = parent.scrollLeft + parent.clientWidth;
    const bottom = parent.scrollTop + parent.clientHeight;
    const x = anchor.x + 16 + width > right ? anchor.x - width - 14 : anchor.x + 16;
    const y = Math.max(parent.scrollTop + 4, Math.min(anchor.y + 14, bottom - height - 6));
    tip.style.transform = `translate(${Math.round(Math.max(2, x))}px, ${Math.round(y)}px)`;
  };

  return {
    /** @param {State} state @param {Layout|null} layout */
    update(state, layout) {
      const focused = wasKeyboard && stage.contains(document.activeElement);
      const facts = state.hover && (inside || focused) ? factsOf(state, state.hover) : null;
      if (!facts || !layout) {
        tip.hidden = true;
        return;
      }
      const rows = (/** @type {[string, string][]} */ list) =>
        list.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));
      tip.replaceChildren(
        h('p', { class: 'tooltip-title' }, facts.title, h('span', {}, facts.subtitle)),
        h('dl', {}, ...rows(facts.facts)),
        h('dl', { class: 'tooltip-numbers' }, ...rows(facts.numbers)),
      );
      tip.hidden = false;
      const place =
        focused && state.hover
          ? [...layout.switches, ...endPlaces(layout, state.variants)].find(
              (one) =>
                one.variant === state.hover?.variant &&
                nameAt(state.variants[one.variant], one.block) === state.hover?.block,
            )
          : null;
      put(place ? { x: place.x + place.w, y: place.y + place.h } : null);
    },
    destroy() {
      stage.removeEventListener('pointermove', move);
      stage.removeEventListener('pointerleave', leave);
      stage.removeEventListener('keydown', key);
      stage.removeEventListener('focusout', leave);
      tip.remove();
    },
  };
}
