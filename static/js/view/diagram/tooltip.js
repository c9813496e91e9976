/**
 * @file The tooltip of the element under the pointer; its numbers follow the steps.
 */

import { endPlaces, nameAt } from '../../figure/ends.js';
import { factsOf } from '../../figure/facts.js';
import { neighbourhoodOf, placeBeside } from '../../figure/tipplace.js';
import { focusedNear, h } from '../dom.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../../figure/layout.js').Layout} Layout */

/** Half the size of a target that is not drawn, as a cell of a strip. */
const NEAR = 14;

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
    if (!tip.hidden) put();
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

  /** The area that it keeps off, while it is shown. @type {import('../../figure/path.js').Rect|null} */
  let keep = null;
  const put = () => {
    const off = keep ?? (pointer && { x: pointer.x - NEAR, y: pointer.y - NEAR, w: 2 * NEAR, h: 2 * NEAR });
    if (!off) return;
    const { width: w, height: h } = tip.getBoundingClientRect();
    const parent = /** @type {HTMLElement} */ (stage.parentElement);
    const bounds = { x: parent.scrollLeft, y: parent.scrollTop, w: parent.clientWidth, h: parent.clientHeight };
    const { x, y } = placeBeside(off, { w, h }, bounds);
    tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  };

  return {
    /** @param {State} state @param {Layout|null} layout */
    update(state, layout) {
      const focused = wasKeyboard && stage.contains(focusedNear(stage));
      const { hover, selection } = state;
      // the details say as much of what is selected
      const told = selection?.block === hover?.block && selection?.variant === hover?.variant;
      const facts = hover && !told && (inside || focused) ? factsOf(state, hover) : null;
      if (!hover || !facts || !layout) {
        tip.hidden = true;
        return;
      }
      const rows = (/** @type {[string, string][]} */ list) =>
        list.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));
      tip.replaceChildren(
        h('p', { class: 'tooltip-title' }, facts.title, h('span', {}, facts.subtitle)),
        h('dl', {}, ...rows(facts.facts)),
        h('p', { class: 'tooltip-measure' }, facts.measure),
        h('dl', { class: 'tooltip-numbers' }, ...rows(facts.numbers)),
      );
      tip.hidden = false;
      const index = state.variants[hover.variant].blocks.indexOf(hover.block ?? '');
      const end = endPlaces(layout, state.variants).find(
        (one) => one.variant === hover.variant && nameAt(state.variants[one.variant], one.block) === hover.block,
      );
      keep = index >= 0 ? neighbourhoodOf(layout, index) : (end ?? null);
      put();
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
