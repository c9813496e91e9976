/** @file The layers of a figure as a list: each is read by pointing, by a tap near it, or with Tab and the arrow keys,
 *   and what is said of it stands below the figure. */
import { broken } from '../../figure/lesson/scene.js';

/** The width of a character of what is said, in the figure's own pixels. */
const CHARACTER = 6.8;
/** A finger finds a layer from so far, in pixels of the screen. */
const REACH = 24;

/** @typedef {{element: SVGElement, net: string, x: number, y: number}} Layer its middle on the screen */

/**
 * Mount the list over a figure whose scenes come and go.
 *
 * @param {SVGSVGElement} root
 */
export function mountLayerList(root) {
  /** @type {SVGElement[]} */
  let layers = [];
  let current = 0;

  /** @param {SVGElement} layer */
  const saidOf = (layer) => layer.querySelector(':scope > title')?.textContent ?? '';
  const say = () => {
    const places = root.querySelectorAll('.pointed');
    if (places.length === 0 || !layers[current]) return;
    const lines = broken(saidOf(layers[current]), Math.floor(root.viewBox.baseVal.width / CHARACTER));
    places.forEach((place, i) => {
      place.textContent = (i < places.length - 1 ? lines[i] : lines.slice(i).join(' ')) ?? '';
    });
  };
  /** @param {number} index @param {boolean} [focus] */
  const go = (index, focus = false) => {
    layers[current]?.setAttribute('tabindex', '-1');
    layers[current]?.setAttribute('aria-selected', 'false');
    current = index;
    layers[current]?.setAttribute('tabindex', '0');
    layers[current]?.setAttribute('aria-selected', 'true');
    if (focus) layers[current]?.focus({ preventScroll: true });
    say();
  };

  /** @returns {Layer[]} */
  const placed = () =>
    layers.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { element, net: element.dataset.net ?? '', x: (left + right) / 2, y: (top + bottom) / 2 };
    });

  /** @param {Event} event */
  const point = (event) => {
    const hit = event.target instanceof SVGElement ? layers.indexOf(event.target) : -1;
    if (hit >= 0) return go(hit, event.type === 'click');
    if (event.type === 'click' && event instanceof PointerEvent) {
      const near = nearest(placed(), event.clientX, event.clientY, REACH);
      if (near >= 0) go(near, true);
    }
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target instanceof SVGElement) || !layers.includes(event.target)) return;
    const next = stepFrom(placed(), current, event.key);
    if (next === null) return;
    event.preventDefault();
    go(next, true);
  };
  for (const name of ['pointerover', 'click']) root.addEventListener(name, point);
  root.addEventListener('keydown', press);

  return {
    /** Read the layers of a new scene; the one that was read is read again. @param {boolean} focused before */
    refresh(focused) {
      const group = root.querySelector('.layers');
      layers = /** @type {SVGElement[]} */ ([...(group?.querySelectorAll('.box') ?? [])]);
      if (!group) return;
      group.setAttribute('role', 'listbox');
      group.setAttribute('aria-label', 'Layers, from the image to the loss, network after network');
      for (const layer of layers) {
        layer.setAttribute('role', 'option');
        layer.setAttribute('aria-label', saidOf(layer));
        layer.setAttribute('aria-selected', 'false');
        layer.setAttribute('tabindex', '-1');
      }
      go(Math.min(current, layers.length - 1), focused);
    },
    hasFocus: () => layers.some((layer) => layer === document.activeElement),
  };
}

/**
 * Find the layer nearest to a place.
 *
 * @param {readonly {x: number, y: number}[]} layers @param {number} x @param {number} y @param {number} reach
 * @returns {number} -1 where none is within reach
 */
export function nearest(layers, x, y, reach) {
  let found = -1;
  let least = reach;
  layers.forEach((one, i) => {
    const far = Math.hypot(one.x - x, one.y - y);
    if (far <= least) [found, least] = [i, far];
  });
  return found;
}

/**
 * Say where a key leads: up and down along the network, left and right to what stands beside the layer.
 *
 * @param {readonly {net: string, x: number, y: number}[]} layers @param {number} from @param {string} key
 * @returns {number|null} null for a key of another use
 */
export function stepFrom(layers, from, key) {
  const here = layers[from];
  const own = layers.flatMap(({ net }, i) => (net === here.net ? [i] : []));
  const at = own.indexOf(from);
  if (key === 'ArrowDown') return own[Math.min(at + 1, own.length - 1)];
  if (key === 'ArrowUp') return own[Math.max(at - 1, 0)];
  if (key === 'Home') return own[0];
  if (key === 'End') return own[own.length - 1];
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return null;
  const sign = key === 'ArrowRight' ? 1 : -1;
  const far = (/** @type {{x: number, y: number}} */ { x, y }) => Math.abs(x - here.x) + 3 * Math.abs(y - here.y);
  const beside = layers.flatMap((one, i) => (sign * (one.x - here.x) > 2 ? [i] : []));
  return beside.length === 0 ? from : beside.reduce((best, i) => (far(layers[i]) < far(layers[best]) ? i : best));
}
