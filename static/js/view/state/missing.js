/** @file Blocks of an address that its networks do not have, in words. Pure. */
import { NETS } from './linked.js';

/** @typedef {import('./state.js').Variant} Variant */

const BLOCKS = /^[1-9]\d*(-[1-9]\d*)?(\.[1-9]\d*(-[1-9]\d*)?)*$/;
const SHOWN = 40;

/**
 * Say which blocks of an address its networks do not have.
 *
 * @param {string} search
 * @param {Pick<Variant, 'label'|'blocks'>[]} variants
 * @param {boolean} [ofRun] whether they are those of a run, which an address does not describe
 * @returns {string[]} a sentence each
 */
export function missingOf(search, variants, ofRun = false) {
  const query = new URLSearchParams(search);
  /** @type {string[]} */
  const found = [];
  const nets = ofRun ? [] : query.getAll('net').slice(0, NETS);
  nets.forEach((net, v) => {
    for (const part of net.split(',').slice(1)) {
      const [, name, text = ''] = /^(cut|only|strength):(.*)$/.exec(part) ?? [];
      const wrong = name && variants[v] && wrongIn(name, text, variants[v]);
      if (wrong) found.push(`${part.slice(0, SHOWN)} in ${net.slice(0, SHOWN)}: ${wrong}`);
    }
  });
  const [, at, block] = /^(\d):(.+)$/.exec(query.get('select') ?? '') ?? [];
  if (block && !variants[Number(at)]?.blocks.includes(block))
    found.push(`select=${at}:${block.slice(0, SHOWN)}: no network here has that block.`);
  const [, , to] = /^(\d{1,4})-(\d{1,4})$/.exec(query.get('brush') ?? '') ?? [];
  const most = Math.max(0, ...variants.map(({ blocks }) => blocks.length));
  if (Number(to) > most) found.push(`brush=${query.get('brush')}: the deepest network ${has(most)}`);
  return found;
}

/** @param {string} name @param {string} text @param {Pick<Variant, 'label'|'blocks'>} variant */
function wrongIn(name, text, { label, blocks }) {
  const parts = name === 'strength' ? text.split('_').map((part) => part.split('@')) : [['1', text]];
  for (const [value, ranges = ''] of parts) {
    if (!(value !== '' && Number(value) >= 0 && Number(value) <= 1)) return 'a strength is a number from 0 to 1.';
    if (!BLOCKS.test(ranges)) return 'blocks are numbers from 1, as in 3-5.7.';
    for (const range of ranges.split('.')) {
      const [from, to = from] = range.split('-').map(Number);
      if (from > to) return 'blocks are numbers from 1, as in 3-5.7.';
      if (to > blocks.length) return `${label} ${has(blocks.length)}`;
    }
  }
  return null;
}

/** @param {number} blocks */
function has(blocks) {
  return `has ${blocks} block${blocks === 1 ? '' : 's'}.`;
}
