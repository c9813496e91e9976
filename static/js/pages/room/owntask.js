/** @file The form of a host's own task: a title, a page, and a question: a number, a choice, a profile to be drawn. */
import { h } from '../../view/dom.js';
import { createMeasuredFields, select } from './measuredfields.js';
import { taskOf } from './wish.js';

/** @typedef {import('./wish.js').Wish} Wish */

const KINDS = /** @type {const} */ ([
  ['', 'no question'],
  ['number', 'a number, log scale'],
  ['choice', 'a choice'],
  ['profile', 'a profile, drawn'],
]);
const KNOWN = /** @type {const} */ ([
  ['told', 'I know it, or tell it later'],
  ['measured', 'this server measures it'],
]);

/**
 * Make the form.
 *
 * @param {Promise<import('../../wire').PresetView[]>} presets
 * @param {(wish: Wish) => void} onSend
 * @param {(title: string, wish: Wish) => void} onPrepare
 */
export function createOwnTask(presets, onSend, onPrepare) {
  const kind = select('own-kind', KINDS, 'kind');
  const known = select('own-known', KNOWN, 'known');
  /** @type {[HTMLElement, () => boolean][]} each part, and whether it belongs to the question */
  const parts = [
    [field('words', 'Its words ', { maxlength: 400 }), () => kind.value !== ''],
    [
      h(
        'label',
        { class: 'room-field', for: 'own-options' },
        'Options, one a line ',
        h('textarea', { id: 'own-options', name: 'options', rows: 3, maxlength: 1000, required: true }),
      ),
      () => kind.value === 'choice',
    ],
    [h('label', { class: 'room-field', for: 'own-known' }, 'Its answer ', known), () => kind.value === 'number'],
    [createMeasuredFields(presets), isMeasured],
    [
      field('points', 'Points to draw ', { type: 'number', min: 2, max: 12, value: 5, required: true }),
      () => kind.value === 'profile',
    ],
    [
      field('block', 'At block ', {
        type: 'number',
        min: 1,
        max: 4000,
        placeholder: 'the farthest from the known one',
      }),
      () => kind.value === 'number' && isMeasured(),
    ],
    [
      columns(
        field('axis', 'Quantity of the axis ', { maxlength: 80, placeholder: 'parameters' }),
        field('unit', 'Unit ', { maxlength: 40, placeholder: 'millions' }),
      ),
      () => kind.value === 'number' && !isMeasured(),
    ],
    [
      columns(
        field('low', 'Axis from ten to the power ', { type: 'number', min: -80, max: 80, value: -15, required: true }),
        field('high', 'to ', { type: 'number', min: -80, max: 80, value: 3, required: true }),
      ),
      () => kind.value === 'number' || kind.value === 'profile',
    ],
    [
      field('truth', 'The right answer, shown at the reveal ', { maxlength: 120 }),
      () => kind.value === 'choice' || (kind.value === 'number' && !isMeasured()),
    ],
  ];
  function isMeasured() {
    return kind.value === 'profile' || (kind.value === 'number' && known.value === 'measured');
  }
  const show = () => {
    for (const [part, belongs] of parts) {
      part.hidden = !belongs();
      for (const one of part.querySelectorAll('input, select, textarea')) one.toggleAttribute('disabled', !belongs());
    }
  };
  for (const one of [kind, known]) one.addEventListener('change', show);
  show();
  const form = h(
    'form',
    { class: 'panel room-card', 'aria-labelledby': 'own-head' },
    h('h2', { id: 'own-head' }, 'A task of your own'),
    field('title', 'Title ', { maxlength: 120, required: true }),
    field('sentence', 'A sentence ', { maxlength: 400 }),
    field('address', 'Page ', { placeholder: '/?net=plain56&hide=controls', maxlength: 2000 }),
    h('label', { class: 'room-field', for: 'own-kind' }, 'Question ', kind),
    ...parts.map(([part]) => part),
    h(
      'div',
      { class: 'room-tools' },
      h('button', { class: 'button primary', name: 'act', value: 'send' }, 'Send'),
      h('button', { class: 'button', name: 'act', value: 'prepare' }, 'Prepare'),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const task = taskOf(new FormData(form));
    const by = /** @type {HTMLButtonElement|null} */ (event.submitter);
    if (by?.value === 'prepare') onPrepare(task.title, { task });
    else onSend({ task });
  });
  return form;
}

/** @param {string} name @param {string} text @param {import('../../view/dom.js').Attributes} [more] */
function field(name, text, more = {}) {
  const input = h('input', { id: `own-${name}`, name, autocomplete: 'off', ...more });
  return h('label', { class: 'room-field', for: `own-${name}` }, text, input);
}

/** @param {...HTMLElement} fields */
function columns(...fields) {
  return h('div', { class: 'room-columns' }, ...fields);
}
