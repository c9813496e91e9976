/** @file A view whose code is loaded when there is something for it to show. */

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./onscreen.js').Drawn} Drawn */
/** @typedef {import('./state/store.js').View & Partial<Pick<Drawn, 'figure'>>} Late */

/**
 * Stand for a view until the state wants it, and hand it all that comes from then on.
 *
 * @param {(state: State) => boolean} wanted
 * @param {() => Promise<() => Late>} load the code, and answer with the function that mounts the view
 * @returns {Drawn}
 */
export function later(wanted, load) {
  /** @type {State} */
  let newest;
  /** @type {Late|null} */
  let view = null;
  let [asked, left] = [false, false];
  const arrive = async () => {
    const mount = await load();
    if (left) return;
    view = mount();
    view.update(newest);
  };
  return {
    update(state) {
      newest = state;
      if (view) view.update(state);
      else if (!asked && wanted(state)) {
        asked = true;
        void arrive();
      }
    },
    figure: () => view?.figure?.() ?? null,
    destroy() {
      left = true;
      view?.destroy();
    },
  };
}
