/** @file The form of a host's own task: a title, a page, and a question with or without its truth. */
import { h } from '../../view/dom.js';

/**
 * Make the form.
 *
 * @param {(wish: Record<string, unknown>) => void} onSend
 * @param {(title: string, wish: Record<string, unknown>) => void} onPrepare
 */
export function createOwnTask(onSend, onPrepare) {
  const field = (/** @type {string} */ name, /** @type {string} */ text, more = {}) =>
    h(
      'label',
      { class: 'room-field', for: `own-${name}` },
      text,
      h('input', { id: `own-${name}`, name, autocomplete: 'off', ...more }),
    );
  const kind = h(
    'select',
    { class: 'select', name: 'kind', id: 'own-kind' },
    ...[
      ['', 'no question'],
      ['number', 'a number, log scale'],
      ['choice', 'a choice'],
    ].map(([value, text]) => h('option', { value }, text)),
  );
  const form = h(
    'form',
    { class: 'panel room-card', 'aria-labelledby': 'own-head' },
    h('h2', { id: 'own-head' }, 'A task of your own'),
    field('title', 'Title ', { maxlength: 120, required: true }),
    field('address', 'Page ', { placeholder: '/?net=plain56&hide=controls', maxlength: 2000 }),
    h('label', { class: 'room-field', for: 'own-kind' }, 'Question ', kind),
    field('text', 'Its words ', { maxlength: 400 }),
    field('options', 'Options, by semicolons ', { maxlength: 1000 }),
    field('truth', 'Truth ', { maxlength: 120 }),
    field('seconds', 'Seconds to predict ', { type: 'number', min: 5, max: 7200 }),
    h(
      'div',
      { class: 'room-tools' },
      h('button', { class: 'button primary', name: 'act', value: 'send' }, 'Send'),
      h('button', { class: 'button', name: 'act', value: 'prepare' }, 'Prepare'),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wish = { task: taskOf(new FormData(form)) };
    const by = /** @type {HTMLButtonElement|null} */ (event.submitter);
    if (by?.value === 'prepare') onPrepare(wish.task.title, wish);
    else onSend(wish);
  });
  return form;
}

/** Read a task from a form. @param {FormData} form */
export function taskOf(form) {
  const text = (/** @type {string} */ name) => String(form.get(name) ?? '').trim();
  const kind = text('kind');
  const options = text('options')
    .split(';')
    .map((one) => one.trim())
    .filter(Boolean);
  const question = kind
    ? { kind, text: text('text') || text('title'), ...(kind === 'choice' ? { options } : {}) }
    : null;
  const truth = text('truth');
  const seconds = Number(text('seconds'));
  return {
    title: text('title'),
    ...(text('address') ? { address: text('address') } : {}),
    ...(question ? { question } : {}),
    ...(question && truth ? { truth: kind === 'number' ? Number(truth.replace(',', '.')) : truth } : {}),
    ...(seconds && question ? { seconds: { predict: seconds } } : {}),
  };
}
