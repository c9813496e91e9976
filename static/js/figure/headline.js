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
  // quantities of networks that are not ours have no line
  const own = quantity === 'gradient_norm' || quantity === 'gradient' ? 'gradient_path' : quantity;
  const parts = measured[own].map((piece) => {
    if (typeof piece === 'string') return { text: piece };
    if (typeof piece === 'number') return { text: formatNumber(piece) };
    return { text: variants[piece.network].label, variant: piece.network };
  });
  return differences ? [...parts, { text: ` ${differences}` }] : parts;
}

/**
 * The line on a network that is not ours: the gravest finding of the server's diagnosis.
 *
 * @param {Pick<State, 'variants'|'scores'|'run'|'measured'>} state
 * @returns {Part[]|null} null of other networks
 */
export function foundOf({ variants, scores, run, measured }) {
  if (!run.outside) return null;
  const [{ label }] = variants;
  const [first] = scores[0]?.findings ?? [];
  const reason = run.outside.about.file ? ' A server that the file is sent to says what they mean.' : '';
  const words = !measured ? ': no step was recorded yet.' : first ? `: ${first.sentence}` : `: its numbers.${reason}`;
  return [{ text: label, variant: 0 }, { text: words }];
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
