/**
 * @file How a network looks, for its whole life: a letter, and with it a colour, a dash and a ramp, whatever is cut or
 *   connected in it. Orange and blue are the paths', and no network's. Pure.
 */
import colors from './colors.json' with { type: 'json' };
import { PALETTES } from './palette.js';

/** @typedef {'A'|'B'|'C'|'D'} Letter */
/** @typedef {'light'|'dark'} Theme */
/** @typedef {{letter: Letter, color: string, paper: string, dash: string}} Look `paper`: ink on the colour */

/** @type {readonly Letter[]} */
export const LETTERS = ['A', 'B', 'C', 'D'];

/** The letter of the n-th of several networks; after the last the first again. @param {number} n */
export function letterAt(n) {
  return LETTERS[n % LETTERS.length];
}

/** @param {Letter} letter @param {Theme} theme @returns {Look} */
export function lookOf(letter, theme) {
  return {
    letter,
    color: colors.networks[theme][letter],
    paper: PALETTES[theme].paper,
    dash: colors.networks.dashes[letter],
  };
}

/**
 * The looks of the networks on the page, with their names.
 *
 * @param {Pick<import('../view/state/state.js').State, 'variants'|'theme'>} state
 * @returns {(Look & {label: string})[]} one a variant
 */
export function looksOf({ variants, theme }) {
  return variants.map(({ letter, label }) => ({ ...lookOf(letter, theme), label }));
}

/**
 * Letters for so many networks: those given first, and the next that none of them has.
 *
 * @param {readonly Letter[]} given
 * @param {number} count
 * @returns {Letter[]}
 */
export function lettersFor(given, count) {
  const kept = given.slice(0, count);
  return [...kept, ...LETTERS.filter((one) => !kept.includes(one))].slice(0, count);
}
