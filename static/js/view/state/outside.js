/**
 * @file A run that trains elsewhere, on the page: opened by the names of its numbers, and then a row a recorded step.
 * Pure.
 */
import { endsOf, follow, isAlert, ratioOf, tellAlert } from '../../figure/foreign/band.js';
import { decodeForeign, foreignVariant } from '../../figure/foreign/variant.js';
import { createHistory } from '../../figure/history.js';
import { netsOf } from '../../figure/measured.js';
import { emptyColumns, numberOf } from '../../figure/values.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('../../wire').OutsideSchemaEvent} Schema */
/** @typedef {import('../../wire').OutsideStepEvent} Step */
/**
 * @typedef {object} About what is known of the run beside its numbers
 * @property {string} name
 * @property {import('../../wire').OutsideRequest} request
 * @property {string|null} file that it was read from; null of a server's
 */
/**
 * @typedef {object} Outside
 * @property {About} about
 * @property {string[]} notes of the records, each once
 * @property {string[]} logged names of the numbers that the caller gave
 * @property {Record<string, unknown>} gradient which gradient the newest record is of, as its sender states it
 * @property {import('../../figure/foreign/band.js').Left|null} left how the ratio stands outside of its band
 * @property {[number, number]|null} ends the taps whose ratio it is
 * @property {string[]} breaks when its sender was silent, in words
 * @property {boolean} silent whether it is now
 */

/**
 * @typedef {{type: 'outside/opened', id: string, lastEventId: number, own: boolean, state: State['run']['state'],
 *   reason: string|null, about: About, schema: Schema}} Opened by its first event, which has the names
 */

/** So many notes are kept. */
const NOTES = 100;

/** Does the network on the page train elsewhere? @param {Pick<State, 'run'>} state */
export function isOutside({ run }) {
  return run.outside !== null;
}

/**
 * Put the run's network on the page.
 *
 * @param {State} state
 * @param {Opened} event
 * @param {State['run']} none a run of nothing
 * @returns {State}
 */
export function opened(state, { id, lastEventId, own, state: now, reason, about, schema }, none) {
  const [names] = schema.variants;
  const variant = foreignVariant({ ...names, label: names.label });
  const sizes = { taps: variant.taps.length, weights: variant.weights.length, blocks: variant.blocks.length };
  const nets = netsOf([variant]);
  return {
    ...state,
    variants: [variant],
    values: [emptyColumns(variant)],
    scores: [{ loss: NaN, accuracy: NaN, findings: [], dropped: [] }],
    settings: { ...state.settings, steps: 0 },
    run: {
      ...none,
      id,
      own,
      state: now,
      reason,
      lastEventId,
      replay: true,
      initial: nets,
      nets,
      outside: {
        about,
        notes: [],
        logged: [],
        gradient: {},
        left: null,
        ends: endsOf(names),
        breaks: [],
        silent: now === 'paused',
      },
    },
    agreed: { nets, past: [], future: [] },
    past: [],
    future: [],
    measured: null,
    comparison: null,
    batch: null,
    headline: null,
    history: createHistory([sizes]),
    changes: [],
    shown: 'live',
    row: -1,
    step: 0,
    hover: null,
    selection: null,
    large: false,
    brush: null,
    estimate: null,
  };
}

/**
 * The row of a recorded step.
 *
 * @param {Step} record @param {Variant} variant
 */
export function rowOf({ variants: [{ loss, logged, dropped, values, ...more }] }, variant) {
  return {
    loss: numberOf(loss),
    accuracy: numberOf(logged.accuracy),
    test: NaN,
    findings: 'findings' in more ? /** @type {import('../../wire').Finding[]} */ (more.findings) : [],
    dropped,
    net: { skips: variant.skips, strength: variant.strength },
    values: decodeForeign(values, variant),
    logged: Object.fromEntries(Object.entries(logged).map(([name, value]) => [name, numberOf(value)])),
  };
}

/**
 * The run with the notes, names and ratio of a step.
 *
 * @param {Outside} outside
 * @param {Step} record
 * @param {ReturnType<typeof rowOf>} row
 * @returns {Outside}
 */
export function noted(outside, { step, variants: [{ notes, logged, ...more }] }, row) {
  const stated = 'gradient' in more ? /** @type {Record<string, unknown>|null} */ (more.gradient) : null;
  const same = JSON.stringify(stated ?? {}) === JSON.stringify(outside.gradient);
  const fresh = notes.filter((note) => !outside.notes.includes(note));
  const names = Object.keys(logged).filter((name) => !outside.logged.includes(name));
  const ratio = ratioOf(row.values.gradient_rms, outside.ends);
  return {
    ...outside,
    notes: fresh.length > 0 ? [...outside.notes, ...fresh].slice(0, NOTES) : outside.notes,
    logged: names.length > 0 ? [...outside.logged, ...names] : outside.logged,
    gradient: same ? outside.gradient : (stated ?? {}),
    left: follow(outside.left, step, ratio, outside.about.request.band ?? null),
  };
}

/**
 * The run in another state: a silence, and its end, are said.
 *
 * @param {Outside} outside @param {string} state @param {number} step the newest
 * @returns {Outside}
 */
export function turned(outside, state, step) {
  if (state === 'paused') return { ...outside, silent: true };
  if (!outside.silent) return outside;
  const words = state === 'running' ? 'and went on.' : `and is ${state}.`;
  return {
    ...outside,
    silent: false,
    breaks: [...outside.breaks, `Its sender was silent after step ${step}, ${words}`],
  };
}

/** The alert in a sentence; empty where there is none. @param {Pick<State, 'run'>} state */
export function alertOf({ run: { outside } }) {
  const band = outside?.about.request.band ?? null;
  return outside && isAlert(outside.left, band) ? tellAlert(outside.left, band) : '';
}

/**
 * How the run comes in, for the place where other runs have their buttons.
 *
 * @param {Pick<State, 'run'|'history'|'step'|'shown'>} state
 */
export function tellRun({ run, history, step, shown }) {
  const { outside, state, reason } = run;
  if (!outside) return '';
  const { file, request } = outside.about;
  const words = { running: 'receiving', paused: 'silent', queued: 'waiting' }[/** @type {string} */ (state)] ?? state;
  // steps after the last recorded one were made, and are not known here
  const newest = shown === 'live' ? `recorded to ${step}` : `step ${step}, pointed at`;
  const at = history.length > 0 ? newest : 'no step yet';
  const from = file ? `from the file ${file}` : request.host ? `sent from ${request.host}` : '';
  const said = [file ? '' : words, at, from].filter(Boolean).join(', ');
  return reason ? `${said}: ${reason}` : said;
}
