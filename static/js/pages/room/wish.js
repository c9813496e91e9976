/** @file A wish is a change of the room that sends a task: of a form, with times, from a file, in words. Pure. */
import { clockText, PHASES } from './clock.js';

/** @typedef {Record<string, unknown>} Wish */
/** @typedef {Record<string, number>} Seconds by the names of phases */
/** @typedef {{title: string, wish: Wish}} Prepared */

/** The seconds of the phases that usually have an end; the host begins the others. @type {Seconds} */
export const USUAL = { predict: 60, discuss: 90, predict_again: 45 };

/** Give a task the times of its phases. @param {Wish} wish @param {Seconds} seconds @returns {Wish} */
export function timed(wish, seconds) {
  const of = 'lesson' in wish ? 'lesson' : 'task';
  const { seconds: _before, ...rest } = /** @type {Wish} */ (wish[of]);
  return { ...wish, [of]: Object.keys(seconds).length > 0 ? { ...rest, seconds } : rest };
}

/** The times of a task in words: predict 1:00, discuss 1:30. @param {Wish} wish */
export function timesText(wish) {
  const { seconds = {} } = /** @type {{seconds?: Seconds}} */ (wish.task ?? wish.lesson ?? {});
  const known = PHASES.filter(([name]) => seconds[name] > 0);
  return known.map(([name, text]) => `${text.toLowerCase()} ${clockText(seconds[name])}`).join(', ');
}

/** The seconds that a form names, of the phases that have any. @param {FormData} form @returns {Seconds} */
export function secondsOf(form) {
  const found = PHASES.map(([name]) => /** @type {const} */ ([name, Number(form.get(`seconds-${name}`))]));
  return Object.fromEntries(found.filter(([, seconds]) => seconds > 0));
}

/** Is it an item of a list of tasks? @param {unknown} one @returns {one is Prepared} */
export function isPrepared(one) {
  if (typeof one !== 'object' || one === null || !('title' in one) || !('wish' in one)) return false;
  const { title, wish } = one;
  return typeof title === 'string' && typeof wish === 'object' && wish !== null && ('task' in wish || 'lesson' in wish);
}

/** The task of an experiment of the Lab. @param {{title: string, why?: string, address: string}} of @returns {Wish} */
export function experimentWish({ title, why = '', address }) {
  return { task: { title: cut(title, 120), ...(why ? { text: cut(why, 400) } : {}), address } };
}

/** Read a task from the form of an own one. @param {FormData} form @returns {Wish & {title: string}} */
export function taskOf(form) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? '').trim();
  const given = (/** @type {string} */ name) => (text(name) ? { [name]: text(name) } : {});
  const question = questionOf(text);
  const told = question !== null && !('measured' in question) && text('truth') !== '';
  const truth = question?.kind === 'number' ? numberOf(text('truth')) : text('truth');
  return {
    title: text('title'),
    ...given('address'),
    ...(text('sentence') ? { text: text('sentence') } : {}),
    ...(question ? { question } : {}),
    ...(told ? { truth } : {}),
  };
}

/** @param {(name: string) => string} text */
function questionOf(text) {
  const kind = text('kind');
  if (!kind) return null;
  const said = { kind, text: text('words') || text('title') };
  if (kind === 'choice') {
    const options = text('options').split(/[;\n]/);
    return { ...said, options: options.map((one) => one.trim()).filter(Boolean) };
  }
  const decades = { low: Number(text('low')), high: Number(text('high')) };
  if (kind === 'number' && text('known') !== 'measured') {
    const named = [
      ['axis', text('axis')],
      ['unit', text('unit')],
    ].filter(([, one]) => one);
    return { ...said, ...decades, ...Object.fromEntries(named) };
  }
  const block = Number(text('block'));
  const places = kind === 'profile' ? { points: Number(text('points')) } : block > 0 ? { at: [block] } : {};
  return { ...said, ...decades, measured: text('measured'), quantity: text('quantity'), ...places };
}

/** @param {string} text */
function numberOf(text) {
  return Number(text.replace(',', '.').replace('×10', 'e'));
}

/** @param {string} text @param {number} most */
function cut(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
