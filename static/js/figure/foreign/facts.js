/** @file Facts about a place of a network that is not ours, for the tooltip and the details. Pure. */
import { isEnd } from '../ends.js';
import { formatNumber } from '../scale.js';
import { branchRatio } from '../values.js';

/** @typedef {import('../../view/state/state.js').State} State */
/** @typedef {import('../../view/state/state.js').Focus} Focus */
/** @typedef {import('../facts.js').Facts} Facts */

const KINDS = {
  identity: 'identity shortcut',
  projection: 'projection shortcut',
  long: 'long skip',
  plain: 'no shortcut goes around it',
};
/** The class that a recorder states of a sum. */
const JUNCTION = 'Junction';
/** So many taps of a place are listed by name. */
const LISTED = 6;

/**
 * Tell what is known of a place at the step on screen.
 *
 * @param {State} state @param {Focus} focus @param {import('./variant.js').Foreign} foreign
 * @returns {Facts|null}
 */
export function foreignFacts(state, focus, foreign) {
  const variant = state.variants[focus.variant];
  if (focus.block && isEnd(focus.block)) {
    const taps = focus.block === 'stem' ? foreign.stem : foreign.head;
    return {
      title: focus.block === 'stem' ? 'Before the first place' : 'After the last place',
      subtitle: variant.label,
      facts: [['taps', listed(taps)]],
      numbers: ofTap(state, focus, foreign, taps.at(-1)),
      measure: MEASURE,
    };
  }
  const b = focus.block ? variant.blocks.indexOf(focus.block) : -1;
  const place = foreign.places[b];
  if (!place) return null;
  const { words, kind, name, taps } = place;
  const dropped = state.scores[focus.variant]?.dropped.includes(name) ?? false;
  return {
    title: `${b + 1}: ${name}`,
    subtitle: variant.label,
    facts: [
      ['kind', words || `${KINDS[kind]}${place.scaled ? ', scaled branch' : ''}`],
      ...(dropped ? [/** @type {[string, string]} */ (['F(x)', 'dropped in this step'])] : []),
      ['taps', listed(taps.length > 0 ? taps : [])],
    ],
    numbers: [...(kind === 'plain' ? [] : ofJunction(state, focus.variant, b)), ...ofTap(state, focus, foreign, name)],
    measure: MEASURE,
  };
}

const MEASURE = 'At the step on screen';

/** @param {State} state @param {number} v @param {number} b @returns {[string, string][]} */
function ofJunction({ values }, v, b) {
  const own = values[v];
  return [
    ['F(x), RMS', formatNumber(own.residual_rms[b])],
    ['shortcut, RMS', formatNumber(own.identity_rms[b])],
    ['F(x) : shortcut', formatNumber(branchRatio(own, b))],
    ['∂L/∂x through F, L2 norm', formatNumber(own.residual_gradient_norm[b])],
    ['∂L/∂x through the shortcut, L2 norm', formatNumber(own.identity_gradient_norm[b])],
  ];
}

/**
 * @param {State} state @param {Focus} focus @param {import('./variant.js').Foreign} foreign
 * @param {string|undefined} name
 * @returns {[string, string][]}
 */
function ofTap({ values }, { variant }, { index, kinds }, name) {
  const at = index.get(name ?? '');
  if (at === undefined) return [];
  const own = values[variant];
  const kind = kinds.get(name ?? '');
  const zeros = own.zero_fraction[at];
  const lost = own.nonfinite[at];
  return [
    ...(kind && kind !== JUNCTION ? [/** @type {[string, string]} */ (['module', kind])] : []),
    ['x, RMS', formatNumber(own.activation_rms[at])],
    ['∂L/∂x, RMS', formatNumber(own.gradient_rms[at])],
    ...(Number.isNaN(zeros)
      ? []
      : [/** @type {[string, string]} */ (['exact zeros', `${Number((zeros * 100).toPrecision(3))} %`])]),
    ...(lost > 0 ? [/** @type {[string, string]} */ (['not finite', `${lost} elements`])] : []),
  ];
}

/** @param {string[]} taps */
function listed(taps) {
  if (taps.length === 0) return 'none';
  const more = taps.length - LISTED;
  return `${taps.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
