/**
 * @file The request on the page as its address, and back: `kind`, a `net` for each network as Explore writes them, the
 *   fields of the request by name, `experiment` on screen; `run` whose networks are measured. Pure.
 */
import { readValue, writeValue } from '../../view/state/fieldvalues.js';
import { SAID } from '../../view/state/linked.js';
import { decodeNet, encodeNet } from '../../view/state/url.js';
import { defaultsOf, differences, wishOf } from './request.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Kind} Kind */
/** @typedef {import('./state.js').Values} Values */
/** @typedef {import('../../view/state/state.js').Stated} Stated */
/**
 * @typedef {object} Asked what an address asks for
 * @property {Kind} kind
 * @property {Stated[]} nets
 * @property {Values} settings of all fields
 * @property {string|null} experiment
 * @property {string|null} run
 * @property {State['of']} of
 * @property {string[]} left a sentence for each part that is left out
 */

/** @param {Kind} kind @returns {{nets: Stated[], settings: Values}} what a kind shows before anything is chosen */
export function exampleOf(kind) {
  const { variants = [], ...settings } = kind.example;
  return { nets: /** @type {Stated[]} */ (variants), settings: { ...defaultsOf(kind), ...settings } };
}

/**
 * @param {string} search
 * @param {Kind[]} kinds
 * @returns {Asked}
 */
export function decodeAddress(search, kinds) {
  const query = new URLSearchParams(search);
  const name = query.get('kind');
  const kind = kinds.find((one) => one.kind === name) ?? kinds[0];
  /** @type {string[]} */
  const left = name === null || kind.kind === name ? [] : [`kind=${name.slice(0, 40)}: no experiment has that name.`];
  /** @type {Values} */
  const given = {};
  const looks = ['kind', 'experiment', 'weights', ...Object.keys(SAID), 'record_every', 'eval_every'];
  for (const [key, text] of query) {
    const field = kind.fields.find((one) => one.name === key);
    const read = field && readValue(field, text === 'null' ? '' : text);
    if (read && 'value' in read) given[key] = read.value;
    else if (read) left.push(`${key}=${text.slice(0, 40)}: ${read.detail}`);
    else if (!looks.includes(key)) left.push(`${key}=${text.slice(0, 40)}: this experiment has no such field.`);
  }
  const nets = query.getAll('net').slice(0, kind.networks).map(decodeNet);
  const example = exampleOf(kind);
  return {
    kind,
    nets: nets.length > 0 ? nets : example.nets,
    settings: { ...(nets.length > 0 ? defaultsOf(kind) : example.settings), ...given },
    experiment: query.get('experiment'),
    run: query.get('run') ?? query.get('weights'),
    of: query.has('run') || !query.has('weights') ? 'run' : 'weights',
    left,
  };
}

/** @param {Pick<State, 'kind'|'variants'|'settings'|'run'|'of'|'experiment'|'asked'> & Partial<Pick<State,
 *   'picture'>>} state @returns {string} a query */
export function encodeAddress(state) {
  const { kind, variants, settings, experiment, asked, run, of } = state;
  const query = new URLSearchParams({ kind: kind.kind, ...(run === null ? {} : { [of]: run }) });
  if (run !== null) {
    const { kind: _kind, [of]: _id, ...own } = wishOf({ ...state, picture: null });
    for (const [name, value] of Object.entries(own)) query.set(name, value === null ? 'null' : writeValue(value));
  } else if (!isExample(state)) {
    for (const { description, skips, usualSkips } of kind.networks > 0 ? variants : [])
      query.append('net', encodeNet(description, skips, usualSkips));
    for (const [name, value] of Object.entries(kind.networks > 0 ? differences(kind, settings) : settings))
      query.set(name, value === null ? 'null' : writeValue(value));
  }
  if (experiment && asked === JSON.stringify(wishOf(state))) query.set('experiment', experiment.id);
  return `?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
}

/**
 * Is it what the kind shows before anything is chosen?
 *
 * @param {Pick<State, 'kind'|'variants'|'settings'|'run'>} state
 */
export function isExample({ kind, variants, settings, run }) {
  if (run !== null) return false;
  const example = exampleOf(kind);
  const nets = kind.networks > 0 ? variants.map((one) => encodeNet(one.description, one.skips, one.usualSkips)) : [];
  const theirs = kind.networks > 0 ? example.nets.map((one) => encodeNet(one, [], [])) : [];
  return (
    JSON.stringify(nets) === JSON.stringify(theirs) &&
    JSON.stringify(differences(kind, settings)) === JSON.stringify(differences(kind, example.settings))
  );
}
