/**
 * @file A network on the page, from its summary. Pure.
 */
import { lettersFor } from '../../figure/networks.js';
import { decodeRanges, decodeStrength } from './url.js';

/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('./state.js').Summary} Summary */
/** @typedef {import('./state.js').Stated} Stated */
/** @typedef {import('../../figure/networks.js').Letter} Letter */

/**
 * Make a variant of a summary; `cut` or `only` in its description says which skips are on, `strength` which are weaker.
 *
 * @param {Summary} summary
 * @param {Stated} [stated]
 * @returns {Variant}
 */
export function asVariant(summary, stated) {
  const { graph, label, architecture, name } = summary;
  /** @type {Stated} */
  const given = stated ?? (name ? { preset: name } : architecture);
  const { cut, only, strength = '', skips: said, ...rest } = given;
  const built = graph.blocks.map((block) => block.skip);
  const unsaid = !String(rest.preset ?? '').startsWith('plain');
  const isMade = typeof said === 'boolean' && said !== unsaid;
  const usual = said === undefined || isMade ? built : built.map(() => unsaid);
  const description = isMade ? { ...rest, skips: said } : rest;
  let skips = built;
  if (cut !== undefined) skips = decodeRanges(String(cut), usual.length).map((on) => !on);
  else if (only !== undefined) skips = decodeRanges(String(only), usual.length);
  return {
    description,
    usualSkips: usual,
    label,
    letter: 'A',
    preset: name,
    architecture,
    summary,
    taps: graph.taps.map((tap) => tap.name),
    weights: graph.weights,
    blocks: graph.blocks.map((block) => block.name),
    precision: 'float32',
    skips,
    strength: decodeStrength(String(strength), graph.blocks.length),
    theory: null,
  };
}

/**
 * Make the networks of a page; one whose summary is on the page already stays as it is.
 *
 * @param {Variant[]} old
 * @param {Summary[]} summaries
 * @param {Stated[]} descriptions
 * @param {readonly Letter[]} [letters] of those that keep theirs, in order; the others take the next
 */
export function assemble(old, summaries, descriptions, letters = []) {
  return lettered(
    summaries.map(
      (summary, v) => old.find((variant) => variant.summary === summary) ?? asVariant(summary, descriptions[v]),
    ),
    letters,
  );
}

/** Give networks their letters. @param {Variant[]} variants @param {readonly Letter[]} letters */
export function lettered(variants, letters) {
  const all = lettersFor(letters, variants.length);
  return variants.map((variant, v) => ({ ...variant, letter: all[v] }));
}

/**
 * Give networks the names that the server made for them beside each other.
 *
 * @param {Variant[]} variants @param {string[]} labels
 */
export function named(variants, labels) {
  return variants.map((variant, v) => ({ ...variant, label: labels[v] ?? variant.label }));
}

/**
 * The names of networks of which the server has not said yet what tells them apart: namesakes with their letters.
 *
 * @param {Pick<Variant, 'label'|'letter'>[]} variants
 * @returns {string[]}
 */
export function apart(variants) {
  return variants.map(({ label, letter }) =>
    variants.filter((other) => other.label === label).length > 1 ? `${label} (${letter})` : label,
  );
}
