/** @file The notebook as plain data: of each step the question, the reader's answers, and the measurement. Pure. */
import { revive } from '../../figure/lesson/readings.js';
import { formatNumber } from '../../figure/scale.js';
import { isAnswered } from './notebook.js';

/** @typedef {import('./declared.js').Step} Step */
/** @typedef {import('./notebook.js').Entry} Entry */
/** @typedef {import('../../wire').Choice} Choice */
/**
 * @typedef {Pick<Step, 'title'|'draw'|'choose'|'seen'|'transfer'|'figure'> & {puzzle: {text: string, most: number,
 *   accuracy: number}|null, says: string|null, reading: import('../../figure/lesson/readings.js').Kept|null}} NotedStep
 */
/** @typedef {{name: string, title: string, recall?: Choice|null, steps: NotedStep[]}} NotedChapter */
/** @typedef {{label: string, text: string, yours?: boolean}} Row */
/**
 * @typedef {object} Note of a step
 * @property {number} number
 * @property {string} title
 * @property {boolean} done whether the step itself was answered, or looked at
 * @property {Row[]} rows
 * @property {import('./notebook.js').Try[]} tries
 * @property {{figure: Step['figure'], reading: import('../../figure/lesson/readings.js').Reading, prediction:
 *   import('../../figure/lesson/profile.js').Prediction}|null} picture a prediction that was drawn
 */
/** @typedef {{name: string, title: string, steps: number, notes: Note[]}} Notes of a chapter */

/**
 * Gather the notes of all chapters that have any.
 *
 * @param {NotedChapter[]} chapters
 * @param {import('./notebook.js').Pages} pages
 * @returns {Notes[]}
 */
export function notesOf(chapters, pages) {
  return chapters.flatMap(({ name, title, recall, steps }) => {
    const entries = pages[name] ?? {};
    const notes = steps.flatMap((step, i) => noteOf(step, i + 1, entries[i + 1] ?? {}, recall));
    return notes.length > 0 ? [{ name, title, steps: steps.length, notes }] : [];
  });
}

/** Count what would be lost. @param {import('./notebook.js').Pages} pages @param {string} [chapter] all if none */
export function lossOf(pages, chapter) {
  const entries = Object.entries(pages).flatMap(([name, steps]) =>
    chapter === undefined || name === chapter ? Object.values(steps) : [],
  );
  const answers = entries.filter(isAnswered).length;
  const tries = entries.reduce((sum, one) => sum + (one.tries?.length ?? 0), 0);
  const parts = [plural(answers, 'answered step'), ...(tries > 0 ? [plural(tries, 'try', 'tries')] : [])];
  return parts.join(' and ');
}

/** @param {number} count @param {string} one @param {string} [many] */
function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * @param {NotedStep} step @param {number} number @param {Entry} entry
 * @param {Choice|null} [recall] the chapter's question on an earlier one, whose answer is kept with the first step
 * @returns {Note[]}
 */
function noteOf(step, number, entry, recall) {
  const tries = entry.tries ?? [];
  const remembered = answered('You remembered', recall, entry.recall);
  const done = isAnswered(entry) || entry.passed === true || tries.length > 0;
  const earlier = remembered.length > 0 ? [{ label: 'Earlier', text: recall?.question ?? '' }, ...remembered] : [];
  // a step that was not answered yet keeps its measurement covered here too
  if (!done)
    return earlier.length > 0 ? [{ number, title: step.title, done, rows: earlier, tries, picture: null }] : [];
  const question = step.puzzle?.text ?? step.draw?.question ?? step.choose?.question;
  const rows = [
    ...earlier,
    ...(question ? [{ label: 'Question', text: question }] : []),
    ...predicted(step, entry),
    ...measured(step, entry),
    ...answered('You saw', step.seen, entry.seen),
    ...(entry.transfer === undefined || !step.transfer ? [] : [{ label: 'Then', text: step.transfer.question }]),
    ...answered('You answered', step.transfer, entry.transfer),
    ...(entry.found ? [{ label: 'Measured', text: `${entry.found}.` }] : []),
  ];
  const { draw, reading, figure } = step;
  const drawn = draw && reading && entry.drawn?.length === draw.at.length ? entry.drawn : null;
  const picture =
    drawn && draw && reading && figure.show === 'profile'
      ? { figure, reading: revive(reading), prediction: { at: draw.at, logs: drawn } }
      : null;
  return [{ number, title: step.title, done, rows, tries, picture }];
}

/** @param {NotedStep} step @param {Entry} entry @returns {Row[]} */
function predicted({ draw, choose, puzzle }, entry) {
  const sure = { label: 'How sure', text: entry.sure === undefined ? 'not said' : `${entry.sure} of 5` };
  if (draw && entry.drawn) {
    const first = 10 ** entry.drawn[0];
    const belief = draw.beliefs.find(({ above }) => first >= above);
    const text = draw.at.map((block, i) => `${formatNumber(10 ** (entry.drawn?.[i] ?? NaN))} at block ${block}`);
    const rows = [{ label: 'You predicted', text: text.join(', '), yours: true }, sure];
    return belief ? [...rows, { label: 'About it', text: belief.says }] : rows;
  }
  const option = choose && entry.chosen !== undefined ? choose.options[entry.chosen] : undefined;
  if (option)
    return [{ label: 'You predicted', text: option.text, yours: true }, sure, { label: 'About it', text: option.says }];
  return entry.passed && !puzzle ? [{ label: 'You predicted', text: 'nothing: you looked at the figure first' }] : [];
}

/** @param {NotedStep} step @param {Entry} entry @returns {Row[]} */
function measured({ draw, says, puzzle }, entry) {
  if (puzzle) return [];
  const own = entry.measured;
  const text = own?.says ?? says;
  if (!text) return [];
  const rows = [{ label: 'Measured', text: `${text} (${own ? `on this server, ${dayOf(own.on)}` : 'recorded'})` }];
  const apart = (draw?.at ?? []).flatMap((block, i) => {
    const [mine, found] = [entry.drawn?.[i], own?.values?.[i]];
    if (mine === undefined || found == null || !Number.isFinite(found)) return [];
    const powers = Math.round(Math.abs(mine - found) * 10) / 10;
    return [`block ${block}: ${formatNumber(10 ** found)}, ${powers} powers of ten from yours`];
  });
  return apart.length > 0 ? [...rows, { label: 'Apart', text: apart.join('; ') }] : rows;
}

/** @param {string} label @param {Choice|null|undefined} asked @param {number|undefined} index @returns {Row[]} */
function answered(label, asked, index) {
  const option = index === undefined ? undefined : asked?.options[index];
  return option ? [{ label, text: `${option.text}. ${option.says}`, yours: true }] : [];
}

/** A day in words: 30 November 2026. @param {string} day as 2026-11-30 */
export function dayOf(day) {
  const date = new Date(`${day}T12:00:00`);
  return Number.isNaN(date.getTime()) ? day : date.toLocaleDateString('en-GB', { dateStyle: 'long' });
}
