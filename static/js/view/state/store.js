/**
 * @file One state, one way to change it, one telling a frame: however many events arrive between
 * two frames, the views are told once, of the newest state.
 */

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./state.js').Commands} Commands */

/**
 * @typedef {object} Store
 * @property {State} state the newest state; replaced, never changed in place
 * @property {(event: Event) => void} dispatch reduce at once; views are told on the next frame
 * @property {(listener: (state: State) => void) => () => void} subscribe returns the way to leave
 * @property {Commands} commands what a control may ask of the server; set by the page before any view is mounted
 */

/**
 * @typedef {object} View a part of the page: `mount(root, store)` returns it
 * @property {(state: State) => void} update told once a frame; compares slices of the state itself
 * @property {() => void} destroy
 */

/**
 * Make a store.
 *
 * @param {State} initial
 * @param {(state: State, event: Event) => State} reduce pure
 * @param {(tell: () => void) => unknown} [schedule] when to tell; the next animation frame unless given
 * @returns {Store}
 */
export function createStore(initial, reduce, schedule = (tell) => requestAnimationFrame(tell)) {
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();
  let waiting = false;

  const tell = () => {
    waiting = false;
    for (const listener of [...listeners]) listener(store.state);
  };

  /** @type {Store} */
  const store = {
    state: initial,
    commands: /** @type {Commands} */ ({}),
    dispatch(event) {
      const next = reduce(store.state, event);
      if (next === store.state) return;
      store.state = next;
      if (!waiting) {
        waiting = true;
        schedule(tell);
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return store;
}
