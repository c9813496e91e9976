/** @file A question as a member answers it: a number on a log scale, a profile, a choice; and how sure they are. */
import { formatDecade, formatNumber } from '../../figure/scale.js';
import { h } from '../../view/dom.js';

/** @typedef {NonNullable<import('../../wire').RoomView['question']>} Question */
/** @typedef {import('../../sources/rooms.js').Value} Value */
/** @typedef {{value: Value, sure: number|null}} Given */

const STEPS = 4;

/**
 * Make the fields of a question.
 *
 * @param {Question} question
 * @param {Given|null} given the answer that is kept
 * @param {(answer: Given) => void} onSend
 */
export function createQuestion(question, given, onSend) {
  const choice = question.kind === 'choice';
  const fields = choice ? choices(question, given?.value) : scales(question, given?.value);
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
  const form = h('form', { class: 'room-question', 'aria-label': question.text }, fields.element, sure, send);
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
function scales({ kind, low, high, at, text }, given) {
  const places = kind === 'profile' ? at : [0];
  const before = Array.isArray(given) ? given : [given];
  const inputs = places.map((block, i) => {
    const log = typeof before[i] === 'number' && before[i] > 0 ? Math.log10(before[i]) : (low + high) / 2;
    return h('input', {
      type: 'range',
      min: low * STEPS,
      max: high * STEPS,
      step: 1,
      value: Math.round(log * STEPS),
      'aria-label': kind === 'profile' ? `Block ${block}` : text,
    });
  });
  const numberOf = (/** @type {HTMLInputElement} */ input) =>
    Number((10 ** (Number(input.value) / STEPS)).toPrecision(3));
  const rows = inputs.map((input, i) => {
    const shown = h('output', { class: kind === 'profile' ? 'room-value' : 'room-value room-large' });
    const write = () => {
      const value = numberOf(input);
      shown.textContent = formatNumber(value);
      input.setAttribute('aria-valuetext', formatNumber(value));
    };
    input.addEventListener('input', write);
    write();
    const name = kind === 'profile' ? h('span', { class: 'room-block' }, `Block ${places[i]}`) : null;
    return h('div', { class: 'room-scale' }, name, shown, input);
  });
  const ends = h('p', { class: 'room-ends' }, h('span', {}, formatDecade(low)), h('span', {}, formatDecade(high)));
  return {
    element: h('div', { class: 'room-scales' }, ...rows, ends),
    value: () => (kind === 'profile' ? inputs.map(numberOf) : numberOf(inputs[0])),
  };
}
