/**
 * @file The lines that mean-field theory expects at initialisation, and the button that asks for them; off by default.
 */

import { tapsOf } from '../../figure/quantity.js';
import { h } from '../dom.js';
import { whenChanged } from '../state/select.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/state.js').Variant} Variant */

const DASH = '1px,4px';
const ABOUT = 'The expectation of mean-field theory for freshly drawn weights: dotted, at initialisation';

/**
 * Make the dotted lines of those networks of which theory knows something; none beyond step 0.
 *
 * @param {Pick<State, 'theory'|'step'|'variants'>} state
 * @param {'gradient_rms'|'activation_rms'} measure
 * @param {{color: string}[]} styles
 * @param {ArrayLike<number>[]} places of the stem and the blocks, a list a network
 * @returns {import('./lines.js').Series[]}
 */
export function expectedSeries({ theory, step, variants }, measure, styles, places) {
  if (!theory || step !== 0) return [];
  const known = variants.filter((variant) => variant.theory && !variant.theory.reason);
  return known.map((variant) => {
    const { index, stem } = tapsOf(variant);
    const column = /** @type {import('../state/state.js').Theory} */ (variant.theory)[measure];
    const y = Float64Array.from([stem, ...variant.blocks], (name) => Math.log10(column[index.get(name) ?? -1] ?? NaN));
    const label = known.length > 1 ? `theory, ${variant.label}` : 'theory';
    return {
      x: places[variants.indexOf(variant)],
      y,
      color: styles[variants.indexOf(variant)].color,
      dash: DASH,
      label,
    };
  });
}

/**
 * Say in a sentence why no line can be drawn; empty where one can.
 *
 * @param {Pick<State, 'step'|'variants'>} state
 */
export function reasonAgainst({ step, variants }) {
  const probed = variants.filter(({ theory }) => theory);
  if (probed.length === 0)
    return (
      'Theory is laid over a measurement at initialisation, and an opened or forked run has none: ' +
      'press reset to take one.'
    );
  if (probed.every(({ theory }) => theory?.reason))
    return probed.map(({ label, theory }) => `${label}: ${theory?.reason}.`).join(' ');
  return step === 0 ? '' : 'Theory speaks of weights as they are drawn: go to step 0 to see it.';
}

/**
 * Name the networks that have no line while others have one, each with the reason.
 *
 * @param {Pick<State, 'variants'>} state
 * @returns {{label: string, reason: string}[]}
 */
export function unknownOf({ variants }) {
  return variants.flatMap(({ label, theory }) => (theory?.reason ? [{ label, reason: theory.reason }] : []));
}

/** @param {HTMLElement} root of a chart @param {Store} store @param {string} name of the chart */
export function mountTheory(root, store, name) {
  const note = h('p', { class: 'chart-note', role: 'status' });
  const aside = h('span', { class: 'chart-aside' });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button small',
      'aria-label': `theory, ${name}`,
      onclick: () => {
        const { theory } = store.state;
        const against = theory ? '' : reasonAgainst(store.state);
        note.textContent = note.textContent === against ? '' : against;
        if (!against) store.dispatch({ type: 'theory', on: !theory });
      },
    },
    'theory',
  );
  root.append(h('div', { class: 'chart-switch' }, aside, button), note);
  return {
    update: whenChanged(
      ({ theory, variants, step }) => [theory, variants, step === 0],
      (/** @type {State} */ state) => {
        const against = reasonAgainst(state);
        const unknown = state.theory && !against ? unknownOf(state) : [];
        note.textContent = '';
        aside.textContent = unknown.length > 0 ? `not known of ${unknown.map(({ label }) => label).join(', ')}` : '';
        aside.title = unknown.map(({ label, reason }) => `${label}: ${reason}.`).join(' ');
        button.hidden = state.variants.some(({ summary }) => summary.foreign);
        button.title = against || ABOUT;
        button.setAttribute('aria-pressed', String(state.theory));
        button.setAttribute('aria-disabled', String(against !== '' && !state.theory));
      },
    ),
  };
}
