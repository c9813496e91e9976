/** @file The name of a network beside its lane: as large as there is room for; a longer one ends in dots. Pure. */
import { fit } from './place.js';

/** A bold character, as a share of the size: in plain type, and as it is drawn. */
const BOLD = { fit: 12.5 / 11, drawn: 0.655 };
const SIZE = { large: 11, small: 9.5 };

/**
 * Fit a name.
 *
 * @param {string} label
 * @param {number} room
 * @returns {{text: string, size: number, width: number}}
 */
export function nameIn(label, room) {
  const size = fit([label], SIZE.large * BOLD.fit, room) ? SIZE.large : SIZE.small;
  const most = Math.max(4, Math.floor(room / (size * BOLD.drawn)));
  const text = label.length <= most || size === SIZE.large ? label : `${label.slice(0, most - 1).trimEnd()}…`;
  return { text, size, width: text.length * size * BOLD.drawn };
}

/**
 * The room that the longest of these names takes at its least.
 *
 * @param {{label: string}[]} nets
 */
export function leastRoom(nets) {
  return Math.max(0, ...nets.map(({ label }) => label.length)) * SIZE.small * BOLD.drawn;
}
