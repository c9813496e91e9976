/**
 * @file The line above the diagram, put together from the server's pieces: `model/train/headline.py` words it. Pure.
 */
import { formatNumber } from './scale.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {{text: string, variant?: number}} Part a network's name has its number */

/**
 * The line on the quantity that is drawn, of the numbers on screen.
 *
 * @param {Pick<State, 'headline'|'quantity'|'variants'>} state
 * @returns {Part[]|null} null while nothing is measured
 */
export function headlineOf({ headline, quantity, variants }) {
  if (!headline) return null;
  const { measured, differences } = headline;
  const parts = measured[quantity].map((piece) => {
    if (typeof piece === 'string') return { text: piece };
    if (typeof piece === 'number') return { text: formatNumber(piece) };
    return { text: variants[piece.network].label, variant: piece.network };
  });
  return differences ? [...parts, { text: ` ${differences}` }] : parts;
}

/**
 * The line of a fork before its first step: its numbers are the origin's, whatever was changed in a copy since.
 *
 * @param {Pick<State, 'measured'>} state
 * @returns {Part[]|null} null where nothing is measured
 */
export function copiesOf({ measured }) {
  if (!measured) return null;
  const when = measured.step === null ? 'at initialisation' : `in step ${measured.step}`;
  return [{ text: `Both are made from one network, and the numbers are those that it had ${when}.` }];
}
