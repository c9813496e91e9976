/**
 * @file The state in a few words, of measured numbers only, for the live region: a line a network.
 */
import { formatNumber } from '../../figure/scale.js';

/** @typedef {import('./state.js').State} State */

/** Kinds of findings that the sentence about all networks tells already. */
const COMPARED = ['gradient', 'behind'];

/**
 * Say what is on screen: how the networks differ, of each what else the diagnosis found, the gravest first, and its
 * accuracy.
 *
 * @param {State} state
 * @returns {string|null} null while a measurement is under way: the last sentence still stands
 */
export function sentenceOf(state) {
  if (!state.measured || state.probe.wanted !== state.probe.answered) return null;
  const { comparison, measured } = state;
  const lines = state.variants.flatMap((variant, v) => {
    const { accuracy, findings = [] } = state.scores[v] ?? { accuracy: NaN };
    const more = findings.filter(({ kind }) => !comparison || !COMPARED.includes(kind));
    const said = findings.length > 0 ? more.map(({ sentence }) => sentence) : [ratioOf(state, v)];
    if (!Number.isNaN(accuracy) && measured.step) said.push(`Accuracy ${Math.round(accuracy * 100)} %.`);
    return said.length > 0 ? [`${variant.label}: ${said.join(' ')}`] : [];
  });
  const when = measured.step === null ? 'At initialisation' : `At step ${measured.step}`;
  return [`${when}.${runOf(state.run)}`, ...(comparison ? [comparison] : []), ...lines].join('\n');
}

/**
 * Of what the sentence speaks: as long as it is the same, the newest numbers may wait.
 *
 * @param {Pick<State, 'run'|'measured'>} state
 */
export function subjectOf({ run, measured }) {
  return `${run.id} ${run.state} ${measured?.step === null ? 'at initialisation' : 'trained'}`;
}

const STATES = {
  none: '',
  queued: 'waits',
  running: 'trains',
  paused: 'is paused',
  done: 'is done',
  stopped: 'is stopped',
  failed: 'failed',
  interrupted: 'was interrupted',
};

/** @param {State['run']} run */
function runOf({ state, reason }) {
  return state === 'none' ? '' : ` The run ${STATES[state]}${reason ? `: ${reason}` : ''}.`;
}

/** The sentence without a diagnosis. @param {State} state @param {number} v */
function ratioOf(state, v) {
  const { blocks, taps } = state.variants[v];
  const { gradient_rms: gradient } = state.values[v];
  const [first, last] = [blocks[0], blocks.at(-1) ?? ''];
  const [there, here] = [first, last].map((name) => gradient[taps.indexOf(name)] ?? NaN);
  return `gradient at ${first} over that at ${last} ${say(there, here)}.`;
}

/** @param {number} there @param {number} here */
function say(there, here) {
  if (Number.isNaN(there) || Number.isNaN(here)) return 'not measured';
  if (!Number.isFinite(there) || !Number.isFinite(here)) return 'not finite';
  if (here === 0) return there === 0 ? 'both exactly 0' : 'the last one exactly 0';
  return formatNumber(there / here);
}
