/** @file Remember what was computed of an object that never changes, for as long as it lives. */

/**
 * Make a function that computes once for the same arguments; of each first argument the last answer is kept.
 *
 * @template {object} K
 * @template {unknown[]} R
 * @template V
 * @param {(key: K, ...rest: R) => V} compute pure
 * @returns {(key: K, ...rest: R) => V}
 */
export function memo(compute) {
  /** @type {WeakMap<K, {rest: R, answer: V}>} */
  const known = new WeakMap();
  return (key, ...rest) => {
    const last = known.get(key);
    if (last && rest.every((one, i) => one === last.rest[i])) return last.answer;
    const answer = compute(key, ...rest);
    known.set(key, { rest, answer });
    return answer;
  };
}
