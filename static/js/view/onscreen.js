/**
 * @file Work off screen is skipped: a view that nobody can see is told of the newest state when it comes into sight.
 */

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').View} View */
/** @typedef {View & {figure: () => import('./charts/lines.js').Figure|null}} Drawn a view whose figure can be saved */

/** In pixels: a view is drawn a little before it is scrolled into sight. */
const AHEAD = 200;

/**
 * Mount a view that rests while its element is out of sight.
 *
 * @param {HTMLElement} element
 * @param {(element: HTMLElement) => Drawn} mount
 * @returns {Drawn}
 */
export function whileSeen(element, mount) {
  const view = mount(element);
  let seen = true;
  /** The newest state that the view was not told. @type {State|null} */
  let missed = null;
  const catchUp = () => {
    if (missed) view.update(missed);
    missed = null;
  };
  const observer = new IntersectionObserver(
    (entries) => {
      seen = entries[entries.length - 1].isIntersecting;
      if (seen) catchUp();
    },
    { rootMargin: `${AHEAD}px` },
  );
  observer.observe(element);
  return {
    update(state) {
      missed = state;
      if (seen) catchUp();
    },
    figure() {
      catchUp();
      return view.figure();
    },
    destroy() {
      observer.disconnect();
      view.destroy();
    },
  };
}
