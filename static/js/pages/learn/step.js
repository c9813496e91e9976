/** @file One step: it asks, then it measures, then it explains. */
import { numbersOf, sayNumber } from '../../figure/lesson/numbers.js';
import { named, relativeLogs, revive } from '../../figure/lesson/readings.js';
import { formatNumber } from '../../figure/scale.js';
import { decodeState } from '../../view/state/url.js';
import { mountClaims } from './claims.js';
import { comparedOf } from './comparing.js';
import { mountControls } from './controls.js';
import { createHandles } from './handles.js';
import { measureOnce, mountMeasured } from './measure.js';
import { mountPicture } from './picture.js';
import { mountPuzzle } from './puzzle.js';
import { mountQuestion } from './questions.js';

/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {import('./declared.js').First} First */
/** @typedef {import('./declared.js').Step} Step */
/** @typedef {import('./notebook.js').Entry} Entry */

/**
 * Mount a step.
 *
 * @param {HTMLElement} root
 * @param {import('../../sources/source.js').Source} source
 * @param {{first: First, number: number, entry: Entry, keep: (changes: Entry) => void}} of `number` from 1
 * @returns {() => void} leave it
 */
export function mountStep(root, source, { first, number, entry, keep }) {
  const step = first.steps[number - 1];
  if (step.puzzle) return mountPuzzle(root, source, { first, number, entry, keep }, step.puzzle);
  const find = (/** @type {string} */ name) =>
    /** @type {HTMLElement|null} */ (root.querySelector(`[data-part="${name}"]`));
  const mapped = step.figure.show === 'maps' || step.figure.show === 'paths';
  const asks = Boolean(step.draw ?? step.choose);
  const isTrained = step.figure.show === 'training' || step.figure.show === 'learning';
  const picture = mountPicture(/** @type {HTMLElement} */ (find('picture')), step.figure);
  const recorded = (first.recorded[number - 1] ?? []).map(revive);
  let readings = recorded;
  /** The measurement before the reader changed a skip. @type {Reading[]} */
  let base = readings;
  let done = !step.action;
  /** Whether a control was moved: then a prediction is of another figure. */
  let moved = false;
  let gone = false;
  /** Whether the page is being printed: then all is shown, as in each other step. */
  let printing = false;
  /** @type {Promise<import('../../view/laboratory.js').Laboratory>|null} */
  let laboratory = null;

  const handles =
    step.draw &&
    createHandles({
      ...step.draw,
      low: step.figure.low,
      high: step.figure.high,
      onMove: () => draw(),
    });
  if (handles && step.draw) {
    const { at, begin } = step.draw;
    const known = !step.covered && readings.length > 0 ? relativeLogs(readings[readings.length - 1]) : null;
    handles.set(entry.drawn ?? at.map((block) => known?.[block - 1] ?? Math.log10(begin)));
    find('numbers')?.replaceChildren(...handles.fields);
  }

  const answered = () => entry.passed === true || entry.drawn !== undefined || entry.chosen !== undefined;
  const asking = () => asks && !answered();

  const draw = () => {
    const changed = base !== readings && readings.some(({ skips }, v) => differ(skips, base[v]?.skips));
    const other = entry.passed || (printing && asking()) || (step.covered && (changed || moved));
    const prediction = step.draw && handles && !other ? { at: step.draw.at, logs: handles.logs() } : null;
    const known = asking() && !step.covered && Boolean(step.draw);
    const before = known ? readings.slice(-1) : changed ? base.slice(-1) : [];
    const covered = asking() && step.covered && !printing;
    const guess = moved || entry.chosen === undefined ? null : (step.choose?.options[entry.chosen]?.at ?? null);
    const handled = asking() && !printing ? handles : null;
    picture.show({ readings, recorded, before, base, prediction, guess, covered, known, handles: handled });
  };

  const choose = mountQuestion(find('choose'), () => tell());
  const seen = mountQuestion(find('seen'), (index) => note({ seen: index }));
  const transfer = mountQuestion(find('transfer'), (index) => {
    note({ transfer: index });
    void answerTransfer();
  });
  const controls = mountControls(find('controls'), find('tried'), step.controls, (set) => void remeasure(set));
  const leaveClaims = mountClaims(
    find('claims'),
    source,
    first,
    first.claims.filter((claim) => claim.step === number),
  );

  /** Show what is known of the answers. */
  const tell = () => {
    root.dataset.stage = asking() ? 'asking' : 'measured';
    root.toggleAttribute('data-done', done);
    const open =
      !asking() && (entry.passed === true || ((!step.seen || entry.seen !== undefined) && (step.covered || done)));
    root.toggleAttribute('data-open', open);
    choose.show(asking() ? choose.chosen() : entry.chosen, !asking(), !asking());
    seen.show(entry.seen, entry.seen !== undefined);
    transfer.show(entry.transfer, entry.transfer !== undefined);
    const commit = find('commit');
    if (commit instanceof HTMLButtonElement) commit.disabled = Boolean(step.choose) && choose.chosen() < 0;
    tellYours();
    draw();
  };

  const tellYours = () => {
    const place = find('yours');
    if (!place || !step.draw || !entry.drawn) {
      if (place) place.hidden = true;
      return;
    }
    const value = 10 ** entry.drawn[0];
    const belief = step.draw.beliefs.find(({ above }) => value >= above);
    place.hidden = false;
    place.textContent = `You said ${formatNumber(value)} at block ${step.draw.at[0]}. ${belief?.says ?? ''}`;
  };

  /** @param {Entry} changes */
  const note = (changes) => {
    entry = { ...entry, ...changes };
    keep(changes);
    tell();
  };

  const answer = () => {
    picture.reveal();
    // the button that had the focus is gone
    const said = root.querySelector('[data-part="choose"] .says[data-yours]') ?? find('yours');
    const next = said instanceof HTMLElement && !said.hidden ? said : root.querySelector('h2');
    if (next instanceof HTMLElement) {
      next.tabIndex = -1;
      next.focus({ preventScroll: true });
    }
    void measure();
  };
  const commit = () => {
    const checked = /** @type {HTMLInputElement|null} */ (root.querySelector('[data-part="sure"] input:checked'));
    const sure = checked ? { sure: Number(checked.value) } : {};
    note(handles ? { drawn: handles.logs(), ...sure } : { chosen: choose.chosen(), ...sure });
    answer();
  };
  const pass = () => {
    note({ passed: true });
    answer();
  };
  const listened = /** @type {const} */ ([
    ['commit', commit],
    ['pass', pass],
  ]);
  for (const [name, act] of listened) find(name)?.addEventListener('click', act);
  /** @param {Event} event */
  const print = ({ type }) => {
    printing = type === 'beforeprint';
    draw();
  };
  for (const name of ['beforeprint', 'afterprint']) globalThis.addEventListener(name, print);

  /** @param {string} word @param {string} more */
  const origin = (word, more) => {
    for (const [name, text] of [
      ['origin', word],
      ['origin-more', more],
    ]) {
      const place = find(name);
      if (place) place.textContent = text;
    }
  };

  /** @param {Reading[]} answer @param {number} at the step of the training */
  const measured = (answer, at) => {
    if (gone) return;
    const found = named(answer, step.figure.names);
    // beside a training's figure an equation speaks of the networks before it
    if (at === 0 || !isTrained) {
      const numbers = /** @type {Record<string, string>} */ (numbersOf(found, step.figure.block));
      for (const place of root.querySelectorAll('[data-number]'))
        place.textContent = numbers[place.getAttribute('data-number') ?? ''] ?? '';
    }
    // a figure of a training waits with its recording for what the reader's own has shown
    if (isTrained && !found.every(({ run }) => run && (step.figure.show === 'training' ? run.steps : run.at)?.length)) {
      root.setAttribute('data-ready', '');
      return;
    }
    if (!root.hasAttribute('data-measured')) base = found;
    readings = found;
    root.setAttribute('data-measured', '');
    origin('Measured just now', at > 0 ? `on this server, step ${at} of the training` : 'on this server');
    if (at === 0) controls.note(found, step.tried);
    const before = done;
    done = done || isDone(step.action, found, controls.has);
    compare(found, at, done && !before);
    tell();
  };

  /**
   * Keep the measurement that the prediction is about: the figure's own, or the effect of the action.
   *
   * @param {Reading[]} found @param {number} at the step of the training @param {boolean} acted just now
   */
  const compare = (found, at, acted) => {
    const own = !moved && found.every(({ skips }, v) => !differ(skips, base[v]?.skips));
    const before = step.covered && !step.action?.accuracy;
    const due = isTrained ? own : before ? own && at === 0 : acted;
    if (entry.passed || !answered() || !due) return;
    const now = comparedOf(step.figure, found, step.draw?.at ?? []);
    if (entry.measured?.says === now.says) return;
    entry = { ...entry, measured: now };
    keep({ measured: now });
  };

  const measure = async () => {
    const place = find('laboratory');
    if (!place || laboratory) return;
    laboratory = mountMeasured(place, source, first, {
      address: step.figure.address,
      parts: step.figure.parts,
      maps: mapped ? { block: step.figure.block, image: step.figure.image ?? 0 } : null,
      onReadings: measured,
      onProblem: (words) =>
        !root.hasAttribute('data-measured') && origin('Recorded', `seed 0. Not measured now: ${words}`),
      onAddress: (address) => find('explore')?.setAttribute('href', `/${address}`),
    });
    try {
      const made = await laboratory;
      if (gone) made.destroy();
    } catch {
      origin('Recorded', 'seed 0. The page is offline.'); // the code of the laboratory did not come
    }
  };

  /** @param {import('./controls.js').Set} set */
  const remeasure = async ({ fields, training }) => {
    moved = true;
    const { nets, settings } = decodeState(`?${step.figure.address}`, first.settings);
    await (await laboratory)?.store.commands.describe(
      nets.map((net) => ({ ...net, ...fields })),
      { ...settings, ...training },
    );
  };

  const answerTransfer = async () => {
    const place = find('transfer-found');
    if (!place || !step.transfer) return;
    place.hidden = false;
    place.textContent = 'Measuring…';
    try {
      const { address, number, block } = step.transfer;
      const found = await measureOnce(source, first, address, block === null ? null : { block, image: 0 });
      const said = sayNumber(number, found);
      place.textContent = said;
      keep({ found: said.replaceAll(/^\w+ just now[^:]*: |\.$/g, '') });
    } catch (error) {
      place.textContent = `Not measured now: ${error instanceof Error ? error.message : error}`;
    }
  };

  tell();
  if (!asking()) void measure();

  return () => {
    gone = true;
    for (const name of ['beforeprint', 'afterprint']) globalThis.removeEventListener(name, print);
    void laboratory?.then((one) => one.destroy());
    for (const [name, act] of listened) find(name)?.removeEventListener('click', act);
    root.removeAttribute('data-measured');
    for (const part of [picture, choose, seen, transfer, controls]) part.destroy();
    leaveClaims();
  };
}

/** @param {boolean[]} skips @param {boolean[]} [others] */
function differ(skips, others = []) {
  return skips.length === others.length && skips.some((on, b) => on !== others[b]);
}

/**
 * Is what the step asks for done?
 *
 * @param {Step['action']} action
 * @param {Reading[]} readings
 * @param {(wanted: Record<string, string>) => boolean} has whether settings are chosen
 */
function isDone(action, readings, has) {
  if (!action) return true;
  const { connect, among, choose, accuracy: wanted } = action;
  const { skips, run } = readings[readings.length - 1];
  if (wanted !== null && !((run?.lately ?? NaN) >= wanted)) return false;
  if (connect.length > 0 && !skips.every((on, b) => on === connect.includes(b + 1))) return false;
  if (among && !skips.some((on, b) => on && b + 1 >= among[0] && b + 1 <= among[1])) return false;
  return has(choose);
}
