/** @file A recorded run, played again from what is known of it: a step after the other, at a pace. */
import { rowOf } from '../../figure/history.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./store.js').Store} Store */

const CLOCK = {
  after: (/** @type {() => void} */ act, /** @type {number} */ milliseconds) => setTimeout(act, milliseconds),
  cancel: (/** @type {ReturnType<typeof setTimeout>|undefined} */ timer) => clearTimeout(timer),
};
/** Steps a second where none is chosen. */
const PACE = 10;

/**
 * Make the commands that play what a store has recorded.
 *
 * @param {Store} store
 * @param {typeof CLOCK} [clock]
 */
export function createPlayback(store, clock = CLOCK) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;

  const row = () => {
    const { history, shown } = store.state;
    return shown === 'live' ? history.length - 1 : Math.max(0, rowOf(history, shown));
  };
  /** @param {number} at */
  const show = (at) => {
    const { history } = store.state;
    if (history.length === 0) return;
    store.dispatch({ type: 'show', step: history.steps[Math.min(at, history.length - 1)] });
  };
  const rest = () => {
    clock.cancel(timer);
    if (store.state.playing) store.dispatch({ type: 'playing', on: false });
  };
  const tick = () => {
    show(row() + 1);
    if (row() >= store.state.history.length - 1) rest();
    else next();
  };
  const next = () => {
    timer = clock.after(tick, 1000 / (store.state.speed || PACE));
  };
  return {
    play: async () => {
      if (store.state.history.length < 2) return;
      clock.cancel(timer);
      if (row() >= store.state.history.length - 1) show(0);
      store.dispatch({ type: 'playing', on: true });
      next();
    },
    pause: async () => rest(),
    step: async () => {
      rest();
      show(row() + 1);
    },
    reset: async () => {
      rest();
      show(0);
    },
    pace: async (/** @type {number} */ speed) => store.dispatch({ type: 'speed', speed }),
    leave: rest,
  };
}
