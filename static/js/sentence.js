/**
 * @file The state in one sentence, of measured numbers only, for the live region.
 */
import { formatNumber } from './scale.js';

/** @typedef {import('./state.js').State} State */

/**
 * Say what is on screen.
 *
 * @param {State} state
 * @returns {string|null} null while a measurement is under way: what was said last still stands
 */
export function sentenceOf(state) {
  if (state.values.length === 0 || state.probe.wanted !== state.probe.answered) return null;
  const parts = state.variants.map((variant, v) => {
    const { gradient_rms: gradient } = state.values[v];
    const [first, last] = [variant.blocks[0], variant.blocks.at(-1) ?? ''];
    const [there, here] = [first, last].map((name) => gradient[variant.taps.indexOf(name)] ?? NaN);
    const { accuracy, findings = [] } = state.scores[v] ?? { accuracy: NaN };
    const trained = Number.isNaN(accuracy) || state.step === 0 ? '' : `, accuracy ${Math.round(accuracy * 100)} %`;
    const words = findings[0]?.sentence.replace(/\.$/, '') ?? `gradient at ${first} over that at ${last} ${say(there, here)}`;
    return `${variant.label}: ${words}${trained}`;
  });
  const where = state.row < 0 ? 'At initialisation' : `At step ${state.step}`;
  return `${where}. ${parts.join('. ')}.`;
}

/** @param {number} there @param {number} here */
function say(there, here) {
  if (Number.isNaN(there) || Number.isNaN(here)) return 'not measured';
  if (!Number.isFinite(there) || !Number.isFinite(here)) return 'not finite';
  if (here === 0) return there === 0 ? 'both exactly 0' : 'the last one exactly 0';
  return formatNumber(there / here);
}
