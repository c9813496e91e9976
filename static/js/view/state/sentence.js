/**
 * @file The state in a few words, of measured numbers only, for the live region: a line a network.
 */
import { formatNumber } from '../../figure/scale.js';

/** @typedef {import('./state.js').State} State */

/**
 * Say what is on screen: of each network what the diagnosis found, the gravest first, and its accuracy.
 *
 * @param {State} state
 * @returns {string|null} null while a measurement is under way: the last sentence still stands
 */
export function sentenceOf(state) {
  if (!state.measured || state.probe.wanted !== state.probe.answered) return null;
  const { step } = state.measured;
  const lines = state.variants.map((variant, v) => {
    const { accuracy, findings = [] } = state.scores[v] ?? { accuracy: NaN };
    const said = findings.length > 0 ? findings.map(({ sentence }) => sentence).join(' ') : ratioOf(state, v);
    const trained = Number.isNaN(accuracy) || !step ? '' : ` Accuracy ${Math.round(accuracy * 100)} %.`;
    return `${variant.label}: ${said}${trained}`;
  });
  return [`${step === null ? 'At initialisation' : `At step ${step}`}.${runOf(state.run)}`, ...lines].join('\n');
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
