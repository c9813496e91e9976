/** @file A run's file as a run of the list: compared with others, and on no server. Pure. */
import { follow, isAlert } from '../../figure/foreign/band.js';
import { numberOf } from '../../figure/values.js';

/** @typedef {import('./rundigest.js').Run} Run */
/** @typedef {import('../../wire').OutsideStepEvent} Step */
/** @typedef {import('../../wire').WireNumber} WireNumber */

/** Begins the ids of runs that are in files. */
const FILE = 'file:';

/** Whether a run is in a file, and not on the server. @param {string} id */
export function isInFile(id) {
  return id.startsWith(FILE);
}

/**
 * Make the run of a file; throws an Error in words if it holds no step.
 *
 * @param {string} name of the file
 * @param {import('../../sources/runfile.js').Found} found
 * @returns {Run}
 */
export function runOfFile(name, { run, schema, steps }) {
  if (steps.length === 0) throw new Error(`${name} holds no recorded step.`);
  const { taps, blocks } = schema.variants[0];
  const measured = blocks.filter((block) => taps.includes(block));
  const ends = [measured[0] ?? taps[0], measured.at(-1) ?? taps.at(-1)].map((tap) => taps.indexOf(tap ?? ''));
  const band = run.band ?? null;
  const left = steps.reduce(
    (before, step) => follow(before, step.step, numberOf(ratioOf(step, ends)), band),
    /** @type {import('../../figure/foreign/band.js').Left|null} */ (null),
  );
  const digest = {
    left: left && { ...left, ratio: /** @type {WireNumber} */ (left.ratio), is_alert: isAlert(left, band) },
    steps: steps.map(({ step }) => step),
    test_step: null,
    variants: [
      {
        label: run.label,
        loss: steps.map(({ variants: [{ loss }] }) => loss),
        accuracy: steps.map(({ variants: [{ logged }] }) => logged.accuracy ?? null),
        gradient_ratio: steps.map((step) => ratioOf(step, ends)),
        test_accuracy: null,
      },
    ],
  };
  return {
    id: `${FILE}${name}`,
    name: run.name || name,
    tags: [],
    notes: '',
    own: false,
    state: 'done',
    reason: null,
    queue_position: null,
    queue_seconds: null,
    created: 0,
    ended: 0,
    recorded: steps.length,
    last_event: 0,
    request: null,
    experiment: null,
    outside: {
      label: run.label,
      host: run.host ?? '',
      optimizer: run.optimizer ?? '',
      parameters: run.parameters ?? null,
      band,
    },
    digest,
    weights: null,
    events: '',
    history: '',
  };
}

/** @param {Step} step @param {number[]} ends @returns {WireNumber|null} */
function ratioOf({ variants: [{ values }] }, [first, last]) {
  const [a, b] = [values.gradient_rms[first], values.gradient_rms[last]];
  return typeof a === 'number' && typeof b === 'number' && b !== 0 ? a / b : null;
}
