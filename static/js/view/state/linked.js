/** @file Requests of an address that cannot be met, in words. Pure. */
import { nearest } from './nearest.js';

/** @typedef {import('./state.js').Settings} Settings */

/** The names that `hide` knows, beside those of fields. */
export const HIDDEN = [
  'presets',
  'controls',
  'transport',
  'share',
  'help',
  'nav',
  'quantity',
  'toggles',
  'scale',
  'scrubber',
  'batch',
  'gradient',
  'activation',
  'curves',
  'branch',
];
/** Names of an address beside those of settings, and the form of their values. @type {Record<string, RegExp>} */
export const SAID = {
  net: /./,
  run: /^[\w-]{1,64}$/,
  letters: /^[A-D]{1,4}$/,
  quantity: /^(gradient_path|weight_gradient|activation|branch_ratio|dead_units)$/,
  branch: /^(branch_ratio|descent_cosine|successive_cosine)$/,
  heat: /^(gradient_rms|activation_rms|descent_cosine|successive_cosine)$/,
  theory: /^[01]$/,
  view: /^(paper|trunk)$/,
  scale: /^(common|network|stage|block)$/,
  heatmap: /^(common|network)$/,
  lock: /^-?\d{1,3}\.\.-?\d{1,3}$/,
  brush: /^\d{1,4}-\d{1,4}$/,
  select: /^[0-3]:[\w.]+$/,
  speed: /^\d{1,7}$/,
  step: /^\d{1,7}$/,
  hide: /./,
};
/** Networks of a page. */
export const NETS = 4;
/** Parameters that other programs add to links. */
const FOREIGN = /^utm_|clid$|^ref$/;

/**
 * Say what of an address is left out.
 *
 * @param {string} search
 * @param {Settings} settings names and types to take
 * @param {readonly string[]} fields names that `hide` may have too
 * @returns {string[]} a sentence each
 */
export function refusedOf(search, settings, fields) {
  const query = new URLSearchParams(search);
  const names = [...Object.keys(SAID), ...Object.keys(settings)];
  /** @type {string[]} */
  const found = [];
  for (const name of new Set(query.keys())) {
    const text = query.get(name) ?? '';
    const shown = `${name}=${text.slice(0, 40)}`;
    if (name in settings) {
      const kind = typeof settings[/** @type {keyof Settings} */ (name)];
      const wrong = { number: !isNumber(text), boolean: !/^(true|false)$/.test(text) }[/** @type {string} */ (kind)];
      if (wrong) found.push(`${shown}: it is no ${kind === 'number' ? 'number' : 'true or false'}.`);
    } else if (name in SAID) {
      if (!SAID[name].test(text)) found.push(`${shown}: this makes no sense.`);
    } else if (!FOREIGN.test(name)) found.push(`${shown}: nothing on this page has that name.${meant(name, names)}`);
  }
  query
    .getAll('net')
    .slice(NETS)
    .forEach((net, i) => {
      found.push(`Network ${NETS + 1 + i}, ${net.slice(0, 40)}: a page shows ${NETS}.`);
    });
  for (const net of query.getAll('net').slice(0, NETS))
    for (const part of net.split(',').slice(1))
      if (part.indexOf(':') <= 0) found.push(`${part.slice(0, 40)} in ${net.slice(0, 40)}: it has no value.`);
  const hide = (query.get('hide') ?? '').split(',').filter(Boolean);
  for (const name of hide)
    if (![...HIDDEN, ...fields].includes(name))
      found.push(`hide=${name.slice(0, 40)}: nothing has that name.${meant(name, [...HIDDEN, ...fields])}`);
  return found;
}

/** @param {string} text */
function isNumber(text) {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** @param {string} name @param {string[]} names */
function meant(name, names) {
  const near = nearest(name, names);
  return near === null ? '' : ` Did you mean ${near}?`;
}
