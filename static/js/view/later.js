/** @file A view whose code is loaded when there is something for it to show. */

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./onscreen.js').Drawn} Drawn */
/** @typedef {import('./state/store.js').View & Partial<Pick<Drawn, 'figure'>>} Late */

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/**
 * Stand for a view until the state wants it, and hand it all that comes from then on. Code that does not come because
 * the connection is lost is asked for again, after a pause that doubles.
 *
 * @param {(state: State) => boolean} wanted
 * @param {() => Promise<() => Late>} load the code, and answer with the function that mounts the view
 * @param {number} [first] milliseconds of the first pause
 * @returns {Drawn}
 */
export function later(wanted, load, first = FIRST_PAUSE) {
  /** @type {State} */
  let newest;
  /** @type {Late|null} */
  let view = null;
  let [asked, left, pause] = [false, false, first];
  const arrive = async () => {
    const mount = await load().catch((error) => {
      if (!(error instanceof TypeError)) throw error;
      console.warn(error);
      return null;
    });
    if (left) return;
    if (mount === null) {
      setTimeout(again, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
      return;
    }
    view = mount();
    view.update(newest);
  };
  const again = () => {
    asked = !left && wanted(newest);
    if (asked) void arrive();
  };
  return {
    update(state) {
      newest = state;
      if (view) view.update(state);
      else if (!asked) again();
    },
    figure: () => view?.figure?.() ?? null,
    destroy() {
      left = true;
      view?.destroy();
    },
  };
}
