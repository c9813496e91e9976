/** @file A view says what it reads of the state; it acts when a part of that changed. */

/**
 * @template S
 * @typedef {((state: S) => boolean) & {note: (state: S) => void, again: () => void}} Watch answers whether it acted;
 *   `note` takes a state as seen without acting, `again` has it act on the next state in any case
 */

/**
 * Act on a state if anything that is read of it is another than before.
 *
 * @template S
 * @param {(state: S) => unknown[]} read
 * @param {(state: S) => void} act
 * @returns {Watch<S>}
 */
export function whenChanged(read, act) {
  /** @type {unknown[]|null} */
  let seen = null;
  const update = (/** @type {S} */ state) => {
    const [before, now] = [seen, read(state)];
    if (before?.length === now.length && now.every((part, i) => Object.is(part, before[i]))) return false;
    seen = now;
    act(state);
    return true;
  };
  return Object.assign(update, {
    note: (/** @type {S} */ state) => {
      seen = read(state);
    },
    again: () => {
      seen = null;
    },
  });
}
