/** @file The numbers that theory expects of networks, as a probe brings them. Pure. */
import { numberOf } from '../../figure/values.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('../../wire').ProbedVariant} ProbedVariant */

/** @param {State} state @param {ProbedVariant[]} probe @returns {State} */
export function withTheory(state, probe) {
  const decoded = (/** @type {import('../../wire').Theory} */ { activation_rms, gradient_rms, reason }) => ({
    activation_rms: activation_rms.map(numberOf),
    gradient_rms: gradient_rms.map(numberOf),
    reason,
  });
  return {
    ...state,
    variants: state.variants.map((variant, v) => ({ ...variant, theory: probe[v].theory && decoded(probe[v].theory) })),
  };
}
