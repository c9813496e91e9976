/** @file Ids of elements that nobody but their maker names. */

/** @param {string} name */
export function idOf(name) {
  return `${name}-${Math.random().toString(36).slice(2, 8)}`;
}
