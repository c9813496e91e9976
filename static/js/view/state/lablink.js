/** @file The address at which the Lab has the networks and settings of the page. Pure. */
import { initialState } from './state.js';
import { encodeNet } from './url.js';

/** Settings that an experiment does not follow. */
const UNUSED = ['record_every', 'eval_every'];

/** @param {Pick<import('./state.js').State, 'variants'|'settings'|'run'>} state */
export function labAddress({ variants, settings, run }) {
  if (run.id !== null) return `/lab?${new URLSearchParams({ run: run.id })}`;
  const usual = /** @type {Record<string, unknown>} */ (initialState().settings);
  const query = new URLSearchParams(
    variants.map(({ description, skips, usualSkips }) => ['net', encodeNet(description, skips, usualSkips)]),
  );
  for (const [name, value] of Object.entries(settings))
    if (value !== usual[name] && !UNUSED.includes(name)) query.set(name, String(value));
  return `/lab?${query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
}
