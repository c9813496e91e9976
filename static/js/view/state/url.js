/**
 * @file The page's state as its address, and back: any experiment is a link. Pure.
 *
 * `net=resnet56,norm:none,cut:3-5,strength:0.5@7` once a network, in order; the settings of training by their names,
 * where they differ from the server's; `letters`, `quantity`, `branch`, `heat`, `theory`, `view`, `scale`, `heatmap`,
 * `lock`, `brush`, `select`, `speed`, `run`, `step`, `hide`.
 */

import { LETTERS, lettersFor } from '../../figure/networks.js';
import { offeredOf } from '../../figure/quantity.js';
import { NETS } from './linked.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Stated} Stated */
/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./state.js').Quantity} Quantity */
/** @typedef {import('../../figure/networks.js').Letter} Letter */

/**
 * @typedef {object} Linked what an address says
 * @property {Stated[]} nets descriptions: a preset and the fields that differ; `cut` or `only` lists blocks, `strength`
 *   those of weaker shortcuts
 * @property {Partial<Settings>} settings
 * @property {Quantity|null} quantity
 * @property {State['branch']|null} branch
 * @property {State['heat']|null} heat
 * @property {boolean} theory
 * @property {State['view']|null} view
 * @property {string|null} select block's name and the variant's index: "1:layer1.0"
 * @property {string|null} run to open again
 * @property {number|null} step of the run to show
 * @property {Partial<State['scale']>} scale for what it is common, and its decades where they are locked
 * @property {State['brush']} brush
 * @property {Letter[]|null} letters of the networks, where they are not those of their places
 * @property {number} speed
 * @property {string[]} hide
 */

const SCOPES = ['common', 'network', 'stage', 'block'];
const QUANTITIES = ['gradient_path', 'weight_gradient', 'activation', 'branch_ratio', 'dead_units'];
const COSINES = ['descent_cosine', 'successive_cosine'];
/** The measures of the branch's chart and of the heatmaps; the first is drawn unless another is chosen. */
const BRANCH = ['branch_ratio', ...COSINES];
const HEAT = ['gradient_rms', 'activation_rms', ...COSINES];

/** @param {unknown} value @returns {string} */
function encodeValue(value) {
  if (Array.isArray(value)) return value.map(encodeValue).join('-') + (value.length === 1 ? '-' : '');
  return encodeURIComponent(String(value)).replaceAll('%2F', '/');
}

/** Decode escapes; any other text stands for itself, as an address is anybody's text. @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

/** @param {string} text */
export function decodeValue(text) {
  const plain = decoded(text);
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (plain === 'null') return null;
  if (/^\d+(-\d+)*-?$/.test(plain) && plain.includes('-')) return plain.replace(/-$/, '').split('-').map(Number);
  return plain !== '' && Number.isFinite(Number(plain)) ? Number(plain) : plain;
}

/**
 * Write the blocks that are true as ranges counted from 1: "1-3.7".
 *
 * @param {boolean[]} list
 */
export function encodeRanges(list) {
  const parts = [];
  for (let i = 0; i < list.length; i += 1) {
    if (!list[i]) continue;
    let end = i;
    while (list[end + 1]) end += 1;
    parts.push(end > i ? `${i + 1}-${end + 1}` : `${i + 1}`);
    i = end;
  }
  return parts.join('.');
}

/** @param {string} text @param {number} length @returns {boolean[]} */
export function decodeRanges(text, length) {
  const list = Array.from({ length }, () => false);
  for (const part of text.split('.')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (!match) continue;
    const from = Number(match[1]) - 1;
    const to = Math.min(length, match[2] ? Number(match[2]) : from + 1);
    for (let i = Math.max(0, from); i < to; i += 1) list[i] = true;
  }
  return list;
}

/** Write the strengths of weakened shortcuts: "0.5@1-3_0.2@7"; empty where all are whole. @param {number[]} strength */
export function encodeStrength(strength) {
  const values = [...new Set(strength)].filter((value) => value !== 1);
  return values.map((value) => `${value}@${encodeRanges(strength.map((one) => one === value))}`).join('_');
}

/** @param {string} text @param {number} length @returns {number[]} */
export function decodeStrength(text, length) {
  const list = Array.from({ length }, () => 1);
  for (const part of text.split('_')) {
    const [value, ranges = ''] = part.split('@');
    if (!(value !== '' && Number(value) >= 0 && Number(value) <= 1)) continue;
    decodeRanges(ranges, length).forEach((isIn, b) => {
      if (isIn) list[b] = Number(value);
    });
  }
  return list;
}

/**
 * The skips as a description says them that were changed after its network was made: those that are cut, or the others,
 * whichever is shorter.
 *
 * @param {boolean[]} skips
 * @param {boolean[]} usual as the network was made
 * @returns {{cut?: string, only?: string}}
 */
export function changesOf(skips, usual) {
  if (skips.every((on, i) => on === usual[i])) return {};
  const cut = encodeRanges(skips.map((on) => !on));
  const only = encodeRanges(skips);
  return cut === '' || (only !== '' && only.length < cut.length) ? { only } : { cut };
}

/**
 * Write a network as text.
 *
 * @param {Stated} description
 * @param {boolean[]} skips
 * @param {boolean[]} usual
 * @param {number[]} [strength]
 */
export function encodeNet(description, skips, usual, strength = []) {
  const { preset = '', skips: said, ...rest } = description;
  const made = typeof said === 'boolean' ? { ...rest, skips: said } : rest;
  const fields = Object.entries({ ...made, ...changesOf(skips, usual) }).map(
    ([name, value]) => `,${name}:${encodeValue(value)}`,
  );
  const weak = encodeStrength(strength);
  return `${preset}${fields.join('')}${weak && `,strength:${weak}`}`;
}

/** @param {string} text @returns {Stated} fields of any name: the server says which there are */
export function decodeNet(text) {
  const [preset, ...fields] = text.split(',');
  /** @type {Record<string, unknown>} */
  const description = preset ? { preset } : {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    if (colon <= 0) continue;
    const name = field.slice(0, colon);
    const value = field.slice(colon + 1);
    description[name] = ['cut', 'only', 'strength'].includes(name) ? value : decodeValue(value);
  }
  return description;
}

/**
 * Write the state as the query of an address; empty for the page as it is served.
 *
 * @param {State} state
 * @param {{query: string, settings: Settings}} served what the page is without a query
 */
export function encodeState(state, served) {
  if (state.run.outside?.about.file) return ''; // it is on no server, and so has no address
  const query = new URLSearchParams();
  const nets = state.variants.map((variant) =>
    encodeNet(variant.description, variant.skips, variant.usualSkips, variant.strength),
  );
  // a run's link is its id: it has networks and settings itself
  const whole = state.run.id === null;
  if (whole && nets.map((net) => `net=${net}`).join('&') !== served.query)
    for (const net of nets) query.append('net', net);
  const letters = state.variants.map(({ letter }) => letter).join('');
  if (letters !== lettersFor([], state.variants.length).join('')) query.set('letters', letters);
  for (const [name, value] of Object.entries(whole ? state.settings : {})) {
    const usual = served.settings[/** @type {keyof Settings} */ (name)];
    if (value !== usual && (value !== null || usual !== undefined)) query.set(name, encodeValue(value));
  }
  if (state.quantity !== offeredOf(state.variants)[0]) query.set('quantity', state.quantity);
  if (state.branch !== BRANCH[0]) query.set('branch', state.branch);
  if (state.heat !== HEAT[0]) query.set('heat', state.heat);
  if (state.theory) query.set('theory', '1');
  if (state.view !== 'paper') query.set('view', state.view);
  if (state.selection?.block) query.set('select', `${state.selection.variant}:${state.selection.block}`);
  const { scope, locked, low, high, heatmap } = state.scale;
  if (scope !== 'common') query.set('scale', scope);
  if (heatmap !== 'network') query.set('heatmap', heatmap);
  if (locked) query.set('lock', `${low}..${high}`);
  if (state.brush) query.set('brush', `${state.brush.from}-${state.brush.to}`);
  if (state.speed !== 0) query.set('speed', String(state.speed));
  if (state.run.id) query.set('run', state.run.id);
  if (state.shown !== 'live') query.set('step', String(state.shown));
  if (state.hide.length > 0) query.set('hide', state.hide.join(','));
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%40', '@');
  return text ? `?${text}` : '';
}

/**
 * Read an address; parts that it does not understand are left out.
 *
 * @param {string} search
 * @param {Settings} settings names and types to take
 * @returns {Linked}
 */
export function decodeState(search, settings) {
  const query = new URLSearchParams(search);
  /** @type {Record<string, unknown>} */
  const given = {};
  for (const [name, usual] of Object.entries(settings)) {
    const text = query.get(name);
    if (text === null) continue;
    const value = typeof usual === 'string' ? decoded(text) : decodeValue(text);
    if (usual === null || typeof value === typeof usual) given[name] = value;
  }
  const quantity = query.get('quantity');
  const branch = query.get('branch');
  const heat = query.get('heat');
  const view = query.get('view');
  return {
    nets: query.getAll('net').slice(0, NETS).map(decodeNet),
    settings: given,
    quantity: quantity && QUANTITIES.includes(quantity) ? /** @type {Quantity} */ (quantity) : null,
    branch: branch && BRANCH.includes(branch) ? /** @type {State['branch']} */ (branch) : null,
    heat: heat && HEAT.includes(heat) ? /** @type {State['heat']} */ (heat) : null,
    theory: query.get('theory') === '1',
    view: view === 'paper' || view === 'trunk' ? view : null,
    select: query.get('select'),
    run: query.get('run'),
    step: numberOf(query.get('step')),
    scale: scaleOf(query.get('scale'), query.get('lock'), query.get('heatmap')),
    brush: brushOf(query.get('brush')),
    letters: lettersOf(query.get('letters')),
    speed: numberOf(query.get('speed')) ?? 0,
    hide: (query.get('hide') ?? '').split(',').filter(Boolean),
  };
}

/** @param {string|null} text @returns {number|null} whole, from 0 */
function numberOf(text) {
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : null;
}

/** @param {string|null} scope @param {string|null} lock @param {string|null} heatmap @returns {Linked['scale']} */
function scaleOf(scope, lock, heatmap) {
  const [, low, high] = /^(-?\d{1,3})\.\.(-?\d{1,3})$/.exec(lock ?? '') ?? [];
  return {
    ...(scope !== null && SCOPES.includes(scope) ? { scope: /** @type {State['scale']['scope']} */ (scope) } : {}),
    ...(heatmap === 'common' ? { heatmap } : {}),
    ...(Number(low) < Number(high) ? { locked: true, low: Number(low), high: Number(high) } : {}),
  };
}

/** @param {string|null} text @returns {Linked['letters']} each once */
function lettersOf(text) {
  const given = LETTERS.filter((letter) => text?.includes(letter));
  return text && given.length === text.length ? /** @type {Letter[]} */ ([...text]) : null;
}

/** @param {string|null} text @returns {State['brush']} */
function brushOf(text) {
  const [, from, to] = /^(\d{1,4})-(\d{1,4})$/.exec(text ?? '') ?? [];
  return Number(from) < Number(to) ? { from: Number(from), to: Number(to) } : null;
}
