/** @file A network's letter in a small square of its colour: beside its name, and at the end of its line. */
import { h } from './dom.js';

/** @param {Pick<import('../figure/networks.js').Look, 'letter'|'color'|'paper'>} look */
export function letterMark({ letter, color, paper }) {
  return h('b', { class: 'letter', style: `background:${color};color:${paper}`, 'aria-hidden': 'true' }, letter);
}
