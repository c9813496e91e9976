/**
 * @file Changes of a running net in words, for the marks in the charts. Pure.
 */
import { netsAt } from '../../figure/measured.js';

/** @typedef {import('./state.js').State} State */

/** @param {Pick<State, 'run'|'changes'|'variants'>} state as it was before @param {number|null} variant @param {Record<string, any>} changed */
export function tellChange(state, variant, changed) {
  const who = variant === null ? '' : `${state.variants[variant]?.label ?? ''}: `;
  if (Array.isArray(changed.skips)) {
    const before = variant === null ? [] : netsAt(state, Infinity)[variant].skips;
    const blocks = variant === null ? [] : state.variants[variant].blocks;
    const cut = blocks.filter((_, i) => before[i] && !changed.skips[i]);
    const joined = blocks.filter((_, i) => !before[i] && changed.skips[i]);
    const say = (/** @type {string} */ verb, /** @type {string[]} */ list) =>
      list.length === 0 ? [] : [`${verb} ${list.length === 1 ? list[0] : `${list.length} skips`}`];
    const parts = [...say('cut', cut), ...say('connected', joined)];
    const on = changed.skips.filter(Boolean).length;
    return who + (parts.length > 0 ? parts.join(', ') : `${on} of ${changed.skips.length} skips on`);
  }
  if (typeof changed.lr === 'number') return `${who}learning rate ${changed.lr}`;
  if (Array.isArray(changed.strength)) return `${who}shortcut strength`;
  return who + Object.keys(changed).join(', ');
}
