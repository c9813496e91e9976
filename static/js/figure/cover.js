/** @file The range of colours that covers every step that is shown. It grows as steps come, and never shrinks. Pure. */
import { decadeRange } from './scale.js';

/** @typedef {import('./scale.js').Range} Range */
/** @typedef {import('./history.js').History} History */

/**
 * Follow the steps of a network: each row is read once, and the range holds each step's own from the 5th to the 95th
 * percentile. It begins anew when what is shown is another.
 *
 * @returns {(key: unknown[], history: History, v: number, measure: import('./history.js').ColumnName, locked?:
 *   boolean) => Range|null} null before a finite number; a locked one stays, once there is one
 */
export function createCover() {
  /** @type {Range|null} */
  let held = null;
  /** @type {unknown[]} */
  let of = [];
  /** @type {symbol|null} */
  let generation = null;
  let rows = 0;
  return (key, history, v, measure, locked = false) => {
    if (locked && held) return held;
    if (key.length !== of.length || key.some((part, i) => part !== of[i])) [held, generation] = [null, null];
    if (generation !== history.generation || rows > history.length) rows = 0;
    [of, generation] = [key, history.generation];
    const { data, width } = history.variants[v];
    const w = width[measure];
    for (; rows < history.length; rows += 1)
      held = union([held, decadeRange(data[measure].subarray(rows * w, (rows + 1) * w))]);
    return held;
  };
}

/** The range that holds all of these; null where there is none. @param {(Range|null)[]} ranges @returns {Range|null} */
export function union(ranges) {
  const known = ranges.filter((range) => range !== null);
  if (known.length === 0) return null;
  return [Math.min(...known.map(([low]) => low)), Math.max(...known.map(([, high]) => high))];
}
