/**
 * @file One state, one way to change it, one telling a frame: however many events arrive between
 * two frames, the views are told once, of the newest state.
 */

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./state.js').Commands} Commands */

/**
 * @template S, E, C
 * @typedef {object} StoreOf
 * @property {S} state the newest state; replaced, never changed in place
 * @property {(event: E) => void} dispatch reduce at once; views are told on the next frame
 * @property {(listener: (state: S) => void) => () => void} subscribe returns the way to leave
 * @property {() => void} close nothing that is still on its way is heard or told any more
 * @property {(name: string) => string} id an element's id that no other store's view has
 * @property {C} commands what a control may ask of the source; set before any view is mounted
 * @property {boolean} explains whether the document has explanations of its parts; set before any view is mounted
 */
/** @typedef {StoreOf<State, Event, Commands>} Store of a laboratory */

/**
 * @template S
 * @typedef {object} ViewOf a part of the page: `mount(root, store)` returns it
 * @property {(state: S) => void} update told once a frame
 * @property {() => void} destroy leave nothing behind
 */
/** @typedef {ViewOf<State>} View of a laboratory */

/**
 * Make a store.
 *
 * @template S, E, C
 * @param {S} initial
 * @param {(state: S, event: E) => S} reduce pure
 * @param {(tell: () => void) => unknown} [schedule] when to tell; the next animation frame unless given
 * @returns {StoreOf<S, E, C>}
 */
export function createStore(initial, reduce, schedule = (tell) => requestAnimationFrame(tell)) {
  /** @type {Set<(state: S) => void>} */
  const listeners = new Set();
  const key = Math.random().toString(36).slice(2, 8);
  let waiting = false;
  let closed = false;

  const tell = () => {
    waiting = false;
    for (const listener of [...listeners]) listener(store.state);
  };

  /** @type {StoreOf<S, E, C>} */
  const store = {
    state: initial,
    commands: /** @type {C} */ ({}),
    explains: false,
    dispatch(event) {
      if (closed) return;
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
    close() {
      closed = true;
      listeners.clear();
    },
    id: (name) => `${name}-${key}`,
  };
  return store;
}
