/** @file The card of a dot: its network's profile, measured, and the way to a copy of it; for mouse, keys and touch. */
import { miniatureScene, miniatureText } from '../../figure/room/miniature.js';
import { h } from '../../view/dom.js';
import { createScene } from '../../view/scene.js';
import { fit } from './fitted.js';

/** @typedef {import('../../wire').NetworkDot} NetworkDot */

/** Milliseconds in which the mouse may go from the dot to its card. */
const REST = 200;

/** Make the card; one serves all dots. */
export function createCard() {
  const name = h('b', { class: 'room-card-name' });
  const label = h('span', {});
  const scene = createScene();
  const place = h('div', { class: 'picture room-miniature' }, scene.element);
  const words = h('p', { class: 'room-quiet' });
  const open = h('a', { class: 'button', target: '_blank', rel: 'noopener', tabindex: -1 }, 'Open a copy');
  const element = h('div', { class: 'room-dot-card', hidden: true }, name, label, place, words, open);
  /** @type {NetworkDot|null} */
  let network = null;
  /** @type {Element|null} */
  let at = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let leaving;
  fit(place, (size) => network && scene.draw(miniatureScene(network, size)));

  const close = () => {
    clearTimeout(leaving);
    element.hidden = true;
    at = null;
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(close, REST);
  };
  element.addEventListener('pointerenter', () => clearTimeout(leaving));
  element.addEventListener('pointerleave', leave);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && at) close();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Element && !element.contains(target) && !target.closest('.room-dot')) close();
  });

  /** @param {Element} dot @param {{network: NetworkDot, name: string}} of */
  const show = (dot, of) => {
    clearTimeout(leaving);
    at = dot;
    ({ network } = of);
    name.textContent = of.name;
    name.hidden = of.name === '';
    label.textContent = network.label;
    words.textContent = `${miniatureText(network.profile)}.`;
    open.href = network.address;
    element.hidden = false;
    const figure = element.parentElement?.getBoundingClientRect();
    if (!figure) return;
    const { left, top, bottom } = dot.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = element;
    const above = top - figure.top - high - 6;
    const below = bottom - figure.top + 6;
    // inside the figure: around it are the phases' buttons; beside the dot, if it fits neither above nor below
    const isBeside = above < 0 && below + high > figure.height;
    const stands = left - figure.left;
    const beside = stands > figure.width / 2 ? stands - wide - 10 : stands + 28;
    const across = Math.max(0, Math.min(isBeside ? beside : stands - wide / 2, figure.width - wide));
    element.style.left = `${across}px`;
    const clear = above < 0 ? below : above;
    element.style.top = `${isBeside ? Math.max(0, Math.min(above, figure.height - high)) : clear}px`;
    const { width, height } = place.getBoundingClientRect();
    if (width > 0) {
      const scale = 12 / Number.parseFloat(getComputedStyle(place).fontSize);
      scene.draw(miniatureScene(network, { width: width * scale, height: height * scale }));
    }
  };

  return {
    element,
    close,
    /**
     * Show the card for a dot: when it is pointed at, focused, or touched; a touch on the dot whose card is open, a
     * click and Enter follow its link.
     *
     * @param {SVGElement} dot @param {{network: NetworkDot, name: string}} of
     */
    serve(dot, of) {
      let touched = false;
      dot.addEventListener('pointerenter', (event) => event.pointerType !== 'touch' && show(dot, of));
      dot.addEventListener('pointerleave', (event) => event.pointerType !== 'touch' && leave());
      dot.addEventListener('pointerdown', (event) => {
        touched = event.pointerType === 'touch' && at !== dot;
      });
      dot.addEventListener('focus', () => show(dot, of));
      dot.addEventListener('blur', leave);
      dot.addEventListener('click', (event) => {
        if (!touched) return;
        touched = false;
        event.preventDefault();
        show(dot, of);
      });
    },
  };
}
