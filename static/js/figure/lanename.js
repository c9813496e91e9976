/**
 * @file The name of a network beside its lane, after its letter: as large as there is room for. A longer one ends in
 *   dots; the letter stands alone if there is next to no room. Pure.
 */
import { fit } from './place.js';

/** @typedef {import('./layout.js').Layout} Layout */

/** A bold character, as a share of the size: in plain type, and as it is drawn. */
const BOLD = { fit: 12.5 / 11, drawn: 0.655 };
const SIZE = { large: 11, small: 9.5 };
/** Fewer characters of a name say less than its letter. */
const LEAST = 8;
/** The square of the letter, and with the gap beside it. */
const BADGE = 14;
export const LETTER = 19;

/**
 * Fit a name: whole, else by what follows its first comma, in which it differs from those beside it, else without its
 * number.
 *
 * @param {string} label
 * @param {number} room besides the letter's
 * @returns {{text: string, size: number, width: number}}
 */
export function nameIn(label, room) {
  if (fit([label], SIZE.large * BOLD.fit, room)) return sized(label, SIZE.large);
  const most = Math.floor(room / (SIZE.small * BOLD.drawn));
  const [, difference = label] = /, (.+)/.exec(label) ?? [];
  const [bare] = label.split(/ \(\d+\)$/); // the letter tells apart networks of one name
  const short = [label, difference, bare].find((name) => name.length <= most) ?? difference;
  if (short.length <= most) return sized(short, SIZE.small);
  return sized(most < LEAST ? '' : `${short.slice(0, most - 1).trimEnd()}…`, SIZE.small);
}

/** @param {string} text @param {number} size */
function sized(text, size) {
  return { text, size, width: text.length * size * BOLD.drawn };
}

/**
 * The room that the longest of these names takes at its least, with its letter.
 *
 * @param {{label: string}[]} nets
 */
export function leastRoom(nets) {
  return LETTER + Math.max(0, ...nets.map(({ label }) => label.length)) * SIZE.small * BOLD.drawn;
}

/**
 * Place a letter and a name beside it.
 *
 * @param {Layout} out
 * @param {{letter: import('./networks.js').Letter}} net
 * @param {number} variant
 * @param {{text: string, size: number}} name
 * @param {number} x of the left
 * @param {number} y of the middle
 */
export function placeName(out, { letter }, variant, { text, size }, x, y) {
  out.badges.push({ letter, x, y: y - BADGE / 2, w: BADGE, h: BADGE });
  const middle = { x: x + BADGE / 2, y, text: letter, size: 10, variant };
  out.texts.push({ ...middle, role: 'letter', anchor: 'middle' });
  if (text) out.texts.push({ x: x + LETTER, y, text, role: 'lane', anchor: 'start', size, variant });
}
