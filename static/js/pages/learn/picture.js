/** @file A step's figure on the page: drawn anew in the width that it has, with the handles of a prediction over it. */
import { heightOf, sceneOf } from '../../figure/lesson/pictures.js';
import { profileAxes } from '../../figure/lesson/profile.js';
import { svg } from '../../view/dom.js';

/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {import('../../figure/lesson/scene.js').Node} Node */
/** @typedef {import('./declared.js').Step} Step */
/** @typedef {ReturnType<typeof import('./handles.js').createHandles>} Handles */
/**
 * @typedef {{readings: Reading[], before?: Reading[], prediction?: import('../../figure/lesson/profile.js').Prediction
 *   |null, covered?: boolean, known?: boolean, handles?: Handles|null}} Shown
 */

/**
 * Mount a figure in place of its recording.
 *
 * @param {HTMLElement} root
 * @param {Step['figure']} figure
 */
export function mountPicture(root, figure) {
  const low = figure.parts.length > 0;
  const drawn = svg('g');
  const over = svg('g');
  const root_ = svg('svg', { role: 'group', class: 'scene' }, drawn, over);
  /** @type {Shown|null} */
  let shown = null;
  let width = 0;

  const draw = () => {
    if (!shown || width === 0 || shown.readings.length === 0) return;
    const height = heightOf(figure, width, low);
    const { handles = null, ...rest } = shown;
    const scene = sceneOf(figure, { ...rest, width, height });
    root_.setAttribute('viewBox', `0 0 ${width} ${scene.height}`);
    root_.setAttribute('aria-label', scene.label);
    drawn.replaceChildren(...scene.in.map(made));
    over.replaceChildren(...(handles ? [handles.group] : []));
    handles?.fit(profileAxes({ ...rest, low: figure.low, high: figure.high, width, height }));
    if (!root_.isConnected) root.replaceChildren(root_);
  };
  /** Write what is pointed at where the scene has a place for it. @param {Event} event */
  const point = ({ target }) => {
    const said = target instanceof Element ? target.querySelector(':scope > title')?.textContent : null;
    const place = root_.querySelector('.pointed');
    if (said && place) place.textContent = said;
  };
  for (const name of ['pointerover', 'click']) root_.addEventListener(name, point);
  const observer = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    draw();
  });
  observer.observe(root);
  width = root.clientWidth;

  return {
    /** @param {Shown} next */
    show(next) {
      const focused = document.activeElement;
      shown = next;
      draw();
      if (focused instanceof SVGElement && focused.isConnected) focused.focus();
    },
    destroy: () => observer.disconnect(),
  };
}

/** @param {Node|string} one @returns {Element|string} */
function made(one) {
  if (typeof one === 'string') return one;
  const { tag, at, in: children } = one;
  return svg(
    /** @type {keyof SVGElementTagNameMap} */ (tag),
    at,
    .../** @type {(Node|string)[]} */ (children).map(made),
  );
}
