/** @file The times of a task's phases, in seconds; those without one end when the host goes on. */
import { h } from '../../view/dom.js';
import { PHASES } from './clock.js';
import { secondsOf, USUAL } from './wish.js';

/** Make the fields; nothing ends by the clock until the host wants it. */
export function createTimes() {
  const on = h('input', { type: 'checkbox', name: 'clock' });
  const fields = h(
    'div',
    { class: 'room-times', hidden: true },
    ...PHASES.map(([name, text]) =>
      h(
        'label',
        { class: 'room-field' },
        text,
        h('input', {
          type: 'number',
          name: `seconds-${name}`,
          min: 5,
          max: 7200,
          value: USUAL[name] ?? '',
          placeholder: '–',
        }),
      ),
    ),
  );
  const form = h(
    'form',
    { class: 'room-clocked', 'aria-label': 'Times of the phases' },
    h('label', { class: 'room-check' }, on, ' Phases end by the clock'),
    h('p', { class: 'room-quiet' }, 'For each task that you send or prepare below.'),
    fields,
    h(
      'p',
      { class: 'room-quiet room-times-said', hidden: true },
      'In seconds. A phase without a number ends when you go on.',
    ),
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  on.addEventListener('change', () => {
    for (const part of form.querySelectorAll('.room-times, .room-times-said'))
      part.toggleAttribute('hidden', !on.checked);
  });
  return { element: form, seconds: () => (on.checked ? secondsOf(new FormData(form)) : {}) };
}
