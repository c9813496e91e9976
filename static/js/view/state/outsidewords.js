/** @file A run that trains elsewhere in words: its network, its junctions, and which gradient was measured. Pure. */

import { formatNumber } from '../../figure/scale.js';

/** @typedef {import('./state.js').State} State */

const LONGEST = 200;

/**
 * The run in a few words, a piece each.
 *
 * @param {Pick<State, 'run'|'variants'>} state
 * @returns {string[]}
 */
export function factsOf({ run: { outside }, variants }) {
  if (!outside) return [];
  const { name, request } = outside.about;
  const { places = [], wire } = variants[0]?.summary.foreign ?? {};
  const count = (/** @type {string} */ kind) => places.filter((place) => place.kind === kind).length;
  const kinds = [
    [count('projection'), 'with a projection (dotted)'],
    [count('long'), 'of long skips (dashed)'],
    [places.filter(({ scaled }) => scaled).length, 'with a scaled branch'],
  ].flatMap(([n, words]) => (n ? [`${n} ${words}`] : []));
  const junctions = wire?.blocks.length ?? 0;
  return [
    name,
    request.label === name ? '' : request.label,
    request.parameters === null ? '' : `${digits(request.parameters)} parameters`,
    request.optimizer,
    junctions === 0
      ? `no residual addition: ${digits(places.length)} places in the order of execution`
      : [`${digits(junctions)} ${junctions === 1 ? 'addition' : 'additions'} found`, ...kinds].join(', '),
    'it trains elsewhere: nothing to play, cut or pause here',
  ].filter(Boolean);
}

/**
 * Which gradient the newest record is of, a piece a line: fields that have no words of their own by name and value.
 *
 * @param {Record<string, unknown>} stated
 * @returns {string[]}
 */
export function gradientOf(stated) {
  const { passes, steps, skipped, scale, norm, before, processes, rank, shared, ...others } = stated;
  const many = typeof processes === 'number' && processes > 1 ? processes : 0;
  const size = (/** @type {unknown} */ value) => (typeof value === 'number' ? formatNumber(value) : 'not finite');
  const clipped = isThere(before) ? `norm ${size(before)}, clipped to ${size(norm)}` : `norm ${size(norm)}`;
  return [
    isThere(steps) ? (Number(steps) > 0 ? 'at the optimizer’s step' : 'as backward left it') : '',
    many && shared ? `${shared} over ${many} processes` : '',
    Number(passes) > 1 ? `accumulated over ${passes} passes` : '',
    isThere(scale) ? `unscaled, ${typeof scale === 'number' ? digits(scale) : scale} divided out` : '',
    isThere(norm) ? clipped : '',
    Number(skipped) > 0 ? `${skipped} ${skipped === 1 ? 'step' : 'steps'} skipped` : '',
    many ? `activations: rank ${rank ?? 0}’s` : '',
    ...Object.entries(others)
      .filter(([, value]) => isThere(value))
      .map(
        ([name, value]) => `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
      ),
  ]
    .filter(Boolean)
    .map((one) => one.slice(0, LONGEST));
}

/** @param {unknown} value */
function isThere(value) {
  return value !== undefined && value !== null && value !== '';
}

/** @param {number} value */
function digits(value) {
  return value.toLocaleString('en-US').replaceAll(',', '\u202f');
}
