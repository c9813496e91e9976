/** @file A network that is not ours for the layouts: a box a place, whose text is its name. Pure. */
import { shortened } from './stages.js';

/** @typedef {import('./places.js').Place} Place */
/** @typedef {import('../net.js').Net} Net */
/** @typedef {import('../net.js').NetBlock} NetBlock */
/** @typedef {import('../net.js').Chain} Chain */

/** Longer names are shortened on a box. */
const TEXTS = [40, 24, 14, 9, 5];
/** A longer name of the network would lie over the next column. */
const LABEL = 24;
/** So many places before the first junction, or after the last, have a box each. */
const BOXES = 3;
const SHORTCUTS = /** @type {const} */ ({
  identity: 'identity',
  projection: 'projection',
  long: 'long',
  plain: 'none',
});

/**
 * Describe it for the layouts.
 *
 * @param {{label: string, letter: import('../networks.js').Letter}} variant
 * @param {import('./variant.js').Foreign} foreign
 * @returns {Net}
 */
export function foreignNet({ label, letter }, { places, stages, stem, head, kinds }) {
  const blocks = stages.flatMap(({ prefix, from, count }) =>
    places
      .slice(from, from + count)
      .map((place, i) => blockOf(place, from + i, prefix, place.kind === 'plain' ? (kinds.get(place.name) ?? '') : '')),
  );
  return {
    label: label.length > LABEL ? `${label.slice(0, LABEL - 1)}…` : label,
    letter,
    stages: stages.map(({ name, from, count }) => ({
      name,
      title: name,
      size: '',
      channels: 0,
      blocks: blocks.slice(from, from + count),
    })),
    stem: endOf(stem),
    head: endOf(head),
    numBlocks: blocks.length,
  };
}

/**
 * @param {Place} place @param {number} index @param {string} prefix of its stage @param {string} type of its module
 * @returns {NetBlock}
 */
function blockOf({ name, kind, scaled, taps }, index, prefix, type) {
  const count = kind === 'plain' && taps.length > 1 ? ` and ${taps.length - 1} before` : '';
  return {
    index,
    name,
    shortcut: SHORTCUTS[kind],
    skipTexts: { identity: [], projection: ['projection', 'proj.'], long: ['long skip', 'long'], plain: [] }[kind],
    beside: false,
    branch: {
      boxes: [
        {
          layer: '',
          texts: [...(type ? [`${name}${count} ${type}`] : []), `${name}${count}`, ...textsOf(name, prefix)],
        },
      ],
      points: scaled ? [{ layer: '', type: 'scale', after: 1 }] : [],
    },
    activationAfter: false,
  };
}

/**
 * From the fullest: a name, the part that its stage does not say, and its end.
 *
 * @param {string} name @param {string} [prefix]
 */
function textsOf(name, prefix = '') {
  const own = prefix !== '' && name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : name;
  return [name, own, ...TEXTS.map((most) => shortened(own, most))];
}

/** @param {string[]} taps @returns {Chain} */
function endOf(taps) {
  const shown = taps.length > BOXES ? [taps[0], taps[taps.length - 1]] : taps;
  return { boxes: shown.map((layer) => ({ layer, texts: textsOf(layer) })), points: [] };
}
