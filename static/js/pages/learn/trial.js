/** @file One training of a puzzle: a laboratory of Explore's trains the chosen network, and is read here. */

import { percent } from '../../figure/lesson/shares.js';
import { ignoreGone } from '../../sources/source.js';
import { tellSeconds } from '../../view/state/time.js';
import { decodeState } from '../../view/state/url.js';
import { mountMeasured } from './measure.js';

/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {import('../../view/laboratory.js').Laboratory} Laboratory */
/** @typedef {import('../../view/state/state.js').State} State */
/** @typedef {Omit<import('./notebook.js').Try, 'changes'|'learnt'>} Outcome */

const ALIVE = ['queued', 'running', 'paused'];

/**
 * Make what trains.
 *
 * @param {HTMLElement} place
 * @param {import('../../sources/source.js').Source} source
 * @param {{first: import('./declared.js').First, figure: import('./declared.js').Step['figure']}} of
 */
export function createTrial(place, source, { first, figure }) {
  /** @type {Promise<Laboratory>|null} */
  let laboratory = null;
  /** @type {((reading: Reading) => void)|null} */
  let hear = null;
  /** @type {(() => void)|null} */
  let stopped = null;
  let gone = false;

  const mounted = () => {
    laboratory ??= mountMeasured(place, source, first, {
      address: figure.address,
      parts: figure.parts,
      onReadings: (readings) => hear?.(readings[readings.length - 1]),
      onProblem: () => {},
    });
    return laboratory;
  };

  /** End a run of ours on the server, so that nobody waits for it. @param {State} state */
  const end = async ({ run }) => {
    if (run.id !== null && ALIVE.includes(run.state))
      await source.change(run.id, { state: 'stopped' }).catch(ignoreGone);
  };

  /**
   * Train.
   *
   * @param {import('./changes.js').Chosen} chosen
   * @param {(reading: Reading, words: string) => void} onReading told at each step
   * @returns {Promise<Outcome|null>} null where it was stopped; rejected with the words of who refused
   */
  const run = async ({ fields, training }, onReading) => {
    const { store } = await mounted();
    const { nets, settings } = decodeState(`?${figure.address}`, first.settings);
    const refused = () => {
      const [problem] = Object.values(store.state.problems);
      if (problem) throw new Error(problem.detail || problem.title);
    };
    // of an earlier try
    for (const place of Object.keys(store.state.problems)) store.dispatch({ type: 'problem', place, problem: null });
    let isStopped = false;
    stopped = () => {
      isStopped = true;
      void end(store.state);
    };
    await store.commands.describe(
      nets.map((net) => ({ ...net, ...fields })),
      { ...first.settings, ...settings, ...training },
    );
    refused();
    if (isStopped || gone) return null;
    /** @type {Reading|null} */
    let last = null;
    hear = (reading) => {
      last = reading;
      onReading(reading, wordsOf(store.state, reading));
    };
    await store.commands.play();
    refused();
    await over(store, () => last && onReading(last, wordsOf(store.state, last)));
    hear = null;
    if (gone || isStopped || store.state.run.state === 'stopped') return null;
    refused();
    return outcomeOf(last, store.state.run);
  };

  return {
    run,
    stop: () => stopped?.(),
    destroy() {
      gone = true;
      void laboratory?.then(async (one) => {
        const { state } = one.store;
        one.destroy();
        await end(state);
      });
    },
  };
}

/**
 * Wait for the end of the run on the page.
 *
 * @param {Laboratory['store']} store @param {() => void} onState
 * @returns {Promise<void>}
 */
function over(store, onState) {
  return new Promise((resolve) => {
    const look = (/** @type {State} */ { run, problems }) => {
      onState();
      if (run.id === null || !ALIVE.includes(run.state) || Object.keys(problems).length > 0) resolve();
    };
    store.subscribe(look);
    look(store.state);
  });
}

/** @param {Reading|null} reading @param {State['run']} run @returns {Outcome} */
function outcomeOf(reading, { reason }) {
  const found = reading?.run;
  const held = found?.test.at(-1);
  return {
    accuracy: found?.lately ?? null,
    test: held === undefined ? null : 1 - held,
    at: found?.at ?? [],
    course: found?.course ?? [],
    ...(reason ? { reason } : {}),
  };
}

/** How far the training is. Pure. @param {State} state @param {Reading} reading */
export function wordsOf({ run, history, settings }, { run: found }) {
  if (run.queuePosition) {
    const until = run.queueSeconds === null ? '' : `, ${tellSeconds(run.queueSeconds)}`;
    return `Waiting for its turn: place ${run.queuePosition}${until}.`;
  }
  if (history.length === 0) return 'Starting…';
  const course = found?.course?.at(-1);
  return `Training: step ${found?.at?.at(-1) ?? 0} of ${settings.steps}, right on ${percent(course)} lately.`;
}
