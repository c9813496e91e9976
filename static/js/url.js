/**
 * @file The page's state as its address, and back: any experiment is a link. Pure.
 *
 * `net=resnet56,norm:none,cut:3-5` once a network, in order; the settings of training by their names, where they
 * differ from the server's; `quantity`, `theory`, `view`, `select`, `hide`.
 */

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Architecture} Architecture */
/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./state.js').Quantity} Quantity */

/**
 * @typedef {object} Linked what an address says
 * @property {Architecture[]} nets descriptions: a preset and the fields that differ; `cut` or `only` lists blocks
 * @property {Partial<Settings>} settings
 * @property {Quantity|null} quantity
 * @property {boolean} theory
 * @property {State['view']|null} view
 * @property {string|null} select block's name and the variant's index: "1:layer1.0"
 * @property {string|null} run to open again
 * @property {string[]} hide
 */

const QUANTITIES = ['gradient_path', 'weight_gradient', 'activation', 'branch_ratio', 'dead_units'];

/** @param {any} value @returns {string} */
function encodeValue(value) {
  if (Array.isArray(value)) return value.map(encodeValue).join('-');
  return encodeURIComponent(String(value)).replaceAll('%2F', '/');
}

/** What is no escape stands for itself: an address is anybody's text. @param {string} text */
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
  if (/^\d+(-\d+)+$/.test(plain)) return plain.split('-').map(Number);
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

/** @param {boolean[]} skips @param {boolean[]} usual those of the description without a word on skips */
function encodeSkips(skips, usual) {
  if (skips.every((on, i) => on === usual[i])) return '';
  if (skips.every((on) => on)) return ',skips:true';
  if (!skips.some((on) => on)) return ',skips:false';
  const cut = encodeRanges(skips.map((on) => !on));
  const only = encodeRanges(skips);
  return cut.length <= only.length ? `,cut:${cut}` : `,only:${only}`;
}

/**
 * Write a network as text.
 *
 * @param {Architecture} description
 * @param {boolean[]} skips
 * @param {boolean[]} usual
 */
export function encodeNet(description, skips, usual) {
  const { preset = '', skips: _, ...rest } = description;
  const fields = Object.entries(rest).map(([name, value]) => `,${name}:${encodeValue(value)}`);
  return `${preset}${fields.join('')}${encodeSkips(skips, usual)}`;
}

/** @param {string} text @returns {Architecture} */
export function decodeNet(text) {
  const [preset, ...fields] = text.split(',');
  /** @type {Architecture} */
  const description = preset ? { preset } : {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    if (colon <= 0) continue;
    const name = field.slice(0, colon);
    const value = field.slice(colon + 1);
    description[name] = name === 'cut' || name === 'only' ? value : decodeValue(value);
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
  const query = new URLSearchParams();
  const nets = state.variants.map((variant) => encodeNet(variant.description, variant.skips, variant.usualSkips));
  if (nets.map((net) => `net=${net}`).join('&') !== served.query) for (const net of nets) query.append('net', net);
  for (const [name, value] of Object.entries(state.settings)) {
    const usual = /** @type {Record<string, any>} */ (served.settings)[name];
    if (value !== usual && (value !== null || usual !== undefined)) query.set(name, encodeValue(value));
  }
  if (state.quantity !== 'gradient_path') query.set('quantity', state.quantity);
  if (state.theory) query.set('theory', '1');
  if (state.view !== 'paper') query.set('view', state.view);
  if (state.selection?.block) query.set('select', `${state.selection.variant}:${state.selection.block}`);
  if (state.run.replay && state.run.id) query.set('run', state.run.id);
  if (state.hide.length > 0) query.set('hide', state.hide.join(','));
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text ? `?${text}` : '';
}

/**
 * Read an address; what it does not understand is left out.
 *
 * @param {string} search
 * @param {Settings} settings names and types to take
 * @returns {Linked}
 */
export function decodeState(search, settings) {
  const query = new URLSearchParams(search);
  /** @type {Record<string, any>} */
  const given = {};
  for (const [name, usual] of Object.entries(settings)) {
    const text = query.get(name);
    if (text === null) continue;
    const value = decodeValue(text);
    if (usual === null || typeof value === typeof usual) given[name] = value;
  }
  const quantity = query.get('quantity');
  const view = query.get('view');
  return {
    nets: query.getAll('net').slice(0, 4).map(decodeNet),
    settings: given,
    quantity: quantity && QUANTITIES.includes(quantity) ? /** @type {Quantity} */ (quantity) : null,
    theory: query.get('theory') === '1',
    view: view === 'paper' || view === 'trunk' ? view : null,
    select: query.get('select'),
    run: query.get('run'),
    hide: (query.get('hide') ?? '').split(',').filter(Boolean),
  };
}
