/** @file A question as a member answers it: a number on a log scale, a profile, a choice; and how sure they are. */
import { axisText } from '../../figure/room/answers.js';
import { decadeTicks, formatNumber } from '../../figure/scale.js';
import { h } from '../../view/dom.js';
import { createDrawing } from './draw.js';

/** @typedef {NonNullable<import('../../wire').RoomView['question']>} Question */
/** @typedef {import('../../sources/rooms.js').Value} Value */
/** @typedef {{value: Value, sure: number|null}} Given */
/** @typedef {{element: HTMLElement, value: () => Value|null}} Fields */

/** Of a decade. */
const STEPS = 4;
/** So many decades are named at most. */
const MARKS = 6;

/**
 * Make the fields of a question.
 *
 * @param {Question} question
 * @param {Given|null} given the answer that is kept
 * @param {(answer: Given) => void} onSend
 */
export function createQuestion(question, given, onSend) {
  const fields = FIELDS[question.kind](question, given?.value);
  const sure = h(
    'fieldset',
    { class: 'room-sure' },
    h('legend', {}, 'How sure? ', h('span', { class: 'room-quiet' }, '1 a guess, 5 certain')),
    ...[1, 2, 3, 4, 5].map((level) =>
      h(
        'label',
        {},
        h('input', { type: 'radio', name: 'sure', value: level, checked: given?.sure === level }),
        String(level),
      ),
    ),
  );
  const send = h('button', { class: 'button primary room-main' }, given ? 'Send again' : 'Send');
  const allow = () => {
    send.disabled = fields.value() === null;
  };
  allow();
  const form = h('form', { class: 'room-question', 'aria-label': question.text }, fields.element, sure, send);
  form.addEventListener('input', allow);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = fields.value();
    if (value === null) return;
    const level = new FormData(form).get('sure');
    onSend({ value, sure: level === null ? null : Number(level) });
  });
  return {
    element: form,
    /** Say that an answer is kept. */
    kept() {
      send.textContent = 'Send again';
    },
  };
}

/** @satisfies {Record<Question['kind'], (question: Question, given: unknown) => Fields>} */
const FIELDS = { choice: choices, number: scale, profile: createDrawing };

/** @param {Question} question @param {unknown} given */
function choices({ options, text }, given) {
  const inputs = options.map((option, i) =>
    h('input', { type: 'radio', name: 'option', value: i, required: true, checked: given === i || given === option }),
  );
  const element = h(
    'fieldset',
    { class: 'room-options' },
    h('legend', { class: 'visually-hidden' }, text),
    ...options.map((option, i) => h('label', {}, inputs[i], h('span', {}, option))),
  );
  return {
    element,
    value: () => {
      const at = inputs.findIndex((input) => input.checked);
      return at < 0 ? null : at;
    },
  };
}

/** @param {Question} question @param {unknown} given */
function scale(question, given) {
  const { low, high, text } = question;
  const log = typeof given === 'number' && given > 0 ? Math.log10(given) : (low + high) / 2;
  const input = h('input', {
    type: 'range',
    min: low * STEPS,
    max: high * STEPS,
    step: 1,
    value: Math.round(log * STEPS),
    'aria-label': text,
  });
  // the middle is nobody's answer until a hand was on it
  let isMoved = typeof given === 'number';
  const value = () => (isMoved ? Number((10 ** (Number(input.value) / STEPS)).toPrecision(3)) : null);
  const shown = h('output', { class: 'room-value room-large' });
  const write = () => {
    const now = value();
    shown.textContent = now === null ? 'Move the slider' : formatNumber(now);
    shown.classList.toggle('room-unset', now === null);
    input.setAttribute('aria-valuetext', now === null ? 'not set' : formatNumber(now));
  };
  const move = () => {
    isMoved = true;
    write();
  };
  input.addEventListener('input', move);
  // a press where it stands already is an answer too
  input.addEventListener('change', move);
  input.addEventListener('pointerup', () => {
    move();
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  write();
  const { values, texts } = decadeTicks([low, high], MARKS);
  const marks = h(
    'p',
    { class: 'room-ends', 'aria-hidden': 'true' },
    ...texts.map((one, i) => {
      const mark = h('span', {}, one);
      mark.style.left = `${(100 * (values[i] - low)) / (high - low)}%`;
      return mark;
    }),
  );
  const axis = h('p', { class: 'room-axis' }, axisText(question));
  return { element: h('div', { class: 'room-scale' }, shown, input, marks, axis), value };
}
