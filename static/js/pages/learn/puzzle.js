/** @file A step with a puzzle: few changes are chosen, the network is trained with them, and its accuracy decides. */

import { revive } from '../../figure/lesson/readings.js';
import { percent } from '../../figure/lesson/shares.js';
import { h } from '../../view/dom.js';
import { mountChanges, tellChanges, tellCount } from './changes.js';
import { mountClaims } from './claims.js';
import { mountPicture } from './picture.js';
import { createTrial } from './trial.js';

/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {import('./notebook.js').Entry} Entry */
/** @typedef {import('./notebook.js').Try} Try */

/** So many tries are kept. */
const MOST = 40;

/**
 * Mount the step.
 *
 * @param {HTMLElement} root
 * @param {import('../../sources/source.js').Source} source
 * @param {{first: import('./declared.js').First, number: number, entry: Entry, keep: (changes: Entry) => void}} of
 * @param {import('./changes.js').Puzzle} puzzle
 * @returns {() => void} leave it
 */
export function mountPuzzle(root, source, { first, number, entry, keep }, puzzle) {
  const { figure } = first.steps[number - 1];
  const find = (/** @type {string} */ name) =>
    /** @type {HTMLElement|null} */ (root.querySelector(`[data-part="${name}"]`));
  const say = (/** @type {string} */ name, /** @type {string} */ text) => {
    const place = find(name);
    if (place && place.textContent !== text) place.textContent = text;
  };
  const button = (/** @type {string} */ name) => /** @type {HTMLButtonElement|null} */ (find(name));
  const start = (first.recorded[number - 1] ?? []).map(revive);
  const picture = mountPicture(/** @type {HTMLElement} */ (find('picture')), {
    ...figure,
    goal: puzzle.accuracy,
  });
  let tries = entry.tries ?? [];
  let passed = entry.passed === true;
  let training = false;
  /** @type {Reading[]} */
  let shown = start;

  const draw = () => {
    const before = tries.map(readingOf).filter(({ label }) => label !== shown[0]?.label);
    picture.show({ readings: shown, recorded: start, before });
  };

  const tell = () => {
    const { changes } = controls.chosen();
    const tooMany = Object.keys(changes).length > puzzle.most;
    say('count', tellCount(changes, puzzle.most));
    find('count')?.toggleAttribute('data-refused', tooMany);
    for (const [name, off] of /** @type {[string, boolean][]} */ ([
      ['train', training || tooMany],
      ['stop', !training],
      ['put-back', training || Object.keys(changes).length === 0],
    ])) {
      const one = button(name);
      if (one) one.disabled = off;
    }
    controls.hold(training);
    const solved = tries.some(({ learnt }) => learnt);
    root.toggleAttribute('data-done', solved);
    root.toggleAttribute('data-open', solved || passed);
    list();
    draw();
  };

  const list = () => {
    const table = find('tried');
    if (!table) return;
    table.hidden = tries.length === 0;
    table.querySelector('tbody')?.replaceChildren(
      ...[...tries].reverse().map((one) => {
        const again = h('button', { type: 'button', class: 'button small' }, 'Choose it');
        again.addEventListener('click', () => controls.set(one.changes));
        again.disabled = training;
        return h(
          'tr',
          { 'data-learnt': one.learnt },
          h('th', { scope: 'row' }, tellChanges(one.changes)),
          h('td', {}, percent(one.accuracy)),
          h('td', {}, one.learnt ? 'learnt' : 'not learnt'),
          h('td', {}, again),
        );
      }),
    );
  };

  const controls = mountChanges(find('changes'), puzzle.changes, () => tell());
  const trial = createTrial(/** @type {HTMLElement} */ (find('laboratory')), source, { first, figure });

  const train = async () => {
    const chosen = controls.chosen();
    const label = tellChanges(chosen.changes);
    training = true;
    say('verdict', '');
    say('progress', 'Measuring the network before its training…');
    tell();
    try {
      const found = await trial.run(chosen, (reading, words) => {
        shown = [{ ...reading, label }];
        root.setAttribute('data-measured', '');
        say('origin', 'Measured just now');
        say('origin-more', 'on this server');
        say('progress', words);
        draw();
      });
      if (found) keepTry({ ...found, changes: chosen.changes });
      else say('verdict', 'Stopped before its end: nothing was decided.');
    } catch (error) {
      say('verdict', `Not trained: ${error instanceof Error ? error.message : error}`);
    }
    training = false;
    say('progress', '');
    tell();
  };

  /** @param {Omit<Try, 'learnt'>} found */
  const keepTry = (found) => {
    const learnt = found.accuracy !== null && found.accuracy >= puzzle.accuracy;
    const label = tellChanges(found.changes);
    tries = [...tries.filter(({ changes }) => tellChanges(changes) !== label), { ...found, learnt }].slice(-MOST);
    keep({ tries });
    say('verdict', verdictOf({ ...found, learnt }, puzzle.accuracy));
  };
  const pass = () => {
    passed = true;
    keep({ passed });
    tell();
  };
  const listened = /** @type {const} */ ([
    ['train', () => void train()],
    ['stop', () => trial.stop()],
    ['put-back', () => controls.set({})],
    ['pass', pass],
  ]);
  for (const [name, act] of listened) find(name)?.addEventListener('click', act);
  const leaveClaims = mountClaims(
    find('claims'),
    source,
    first,
    first.claims.filter((claim) => claim.step === number),
  );
  tell();
  root.setAttribute('data-ready', '');

  return () => {
    for (const [name, act] of listened) find(name)?.removeEventListener('click', act);
    trial.destroy();
    root.removeAttribute('data-measured');
    for (const name of ['verdict', 'progress']) say(name, '');
    controls.destroy();
    picture.destroy();
    leaveClaims();
  };
}

/** An earlier training, as the figure draws one. @param {Try} one @returns {Reading} */
export function readingOf({ changes, at, course, accuracy }) {
  const run = { steps: [], error: [], test: [], lately: accuracy, at, course };
  const none = { blocks: [], skips: [], gradient: [], activation: [], residual: [], identity: [] };
  return { label: tellChanges(changes), ...none, made: { norm: '', activation: '' }, run };
}

/** Say how a try ended. Pure. @param {Try} one @param {number} goal */
export function verdictOf({ accuracy, test, learnt, reason }, goal) {
  const held = test === null ? '' : `, and ${percent(test)} of the images held out`;
  if (learnt) return `It learnt: right on ${percent(accuracy)} of its last 20 batches${held}.`;
  const ended = reason ? ` The training ended early: ${reason}.` : '';
  if (accuracy === null) return `It did not learn: it ended before 20 batches.${ended}`;
  const [right, asked] = [accuracy, goal].map(percent);
  return `It did not learn: right on ${right} of its last 20 batches, and ${asked} are asked.${ended}`;
}
