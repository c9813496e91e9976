/** @file A step's figure on the page: drawn anew in the width that it has, with the handles of a prediction over it. */
import { heightOf, sceneOf } from '../../figure/lesson/pictures.js';
import { profileAxes } from '../../figure/lesson/profile.js';
import { svg } from '../../view/dom.js';
import { mountLayerList } from './layerlist.js';

/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {import('../../figure/lesson/scene.js').Node} Node */
/** @typedef {import('./declared.js').Step} Step */
/** @typedef {ReturnType<typeof import('./handles.js').createHandles>} Handles */
/**
 * @typedef {{readings: Reading[], before?: Reading[], prediction?: import('../../figure/lesson/profile.js').Prediction
 *   |null, base?: Reading[], recorded?: Reading[], guess?: number|null, covered?: boolean, known?: boolean, handles?:
 *   Handles|null}} Shown
 */

/** A figure that fills the screen is drawn as if the place were so narrow, and enlarged. */
const SMALLEST = 340;
/** A curve that is uncovered runs so long from the loss to the image, in milliseconds; learn-figure.css has it too. */
const RUN = 700;

/**
 * Mount a figure in place of its recording.
 *
 * @param {HTMLElement} root
 * @param {Step['figure'] & {goal?: number|null}} figure
 */
export function mountPicture(root, figure) {
  const low = figure.parts.length > 0;
  const drawn = svg('g');
  const over = svg('g');
  const root_ = svg('svg', { role: 'group', class: 'scene' }, drawn, over);
  const list = mountLayerList(root_);
  /** @type {Shown|null} */
  let shown = null;
  /** The place, and whether the figure is to fill it. */
  let place = { wide: 0, high: 0, filled: false };
  /** When the figure was uncovered; a drawing that follows goes on with the run of the curve. */
  let uncovered = -Infinity;

  const draw = () => {
    if (!shown || place.wide === 0 || shown.readings.length === 0) return;
    const { width, height } = sizeIn(figure, place, low);
    const { handles = null, ...rest } = shown;
    const scene = sceneOf(figure, { ...rest, width, height });
    root_.setAttribute('viewBox', `0 0 ${width} ${scene.height}`);
    root_.setAttribute('aria-label', scene.label);
    const passed = performance.now() - uncovered;
    root_.classList.toggle('uncovering', passed < RUN);
    root_.style.setProperty('--since', `${-Math.round(Math.min(passed, RUN))}ms`);
    const focused = list.hasFocus();
    drawn.replaceChildren(...scene.in.map(made));
    // a handle that is taken out and put back loses the pointer that drags it
    if (over.firstChild !== (handles?.group ?? null)) over.replaceChildren(...(handles ? [handles.group] : []));
    handles?.fit(profileAxes({ ...rest, low: figure.low, high: figure.high, width, height }));
    if (!root_.isConnected) root.replaceChildren(root_);
    list.refresh(focused);
  };
  const look = () => ({
    wide: root.clientWidth,
    high: root.clientHeight,
    filled: root.closest('[data-view="projector"]') !== null,
  });
  const observer = new ResizeObserver(() => {
    const next = look();
    const same = next.wide === place.wide && next.filled === place.filled && (!next.filled || next.high === place.high);
    place = next;
    if (!same) draw();
  });
  observer.observe(root);
  place = look();

  return {
    /** @param {Shown} next */
    show(next) {
      const focused = document.activeElement;
      if (shown?.covered && !next.covered) uncovered = performance.now();
      shown = next;
      draw();
      if (focused instanceof SVGElement && focused.isConnected) focused.focus();
    },
    /** Scroll the figure into view where the reader, who answered below it, has scrolled past its top. */
    reveal() {
      if (root.getBoundingClientRect().top >= 0) return;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      root.scrollIntoView({ block: 'start', behavior: still ? 'instant' : 'smooth' });
    },
    destroy: () => observer.disconnect(),
  };
}

/**
 * The size that a figure is drawn in; its place enlarges it.
 *
 * @param {Step['figure']} figure @param {{wide: number, high: number, filled: boolean}} place @param {boolean} low
 */
export function sizeIn(figure, { wide, high, filled }, low) {
  if (!filled || high === 0) return { width: wide, height: heightOf(figure, wide, low) };
  const enlarged = Math.max(1, Math.min(high / heightOf(figure, wide, true), wide / SMALLEST));
  return { width: wide / enlarged, height: high / enlarged };
}

/** Make elements of a picture's data. @param {Node|string} one @returns {Element|string} */
export function made(one) {
  if (typeof one === 'string') return one;
  const { tag, at, in: children } = one;
  return svg(
    /** @type {keyof SVGElementTagNameMap} */ (tag),
    at,
    .../** @type {(Node|string)[]} */ (children).map(made),
  );
}
