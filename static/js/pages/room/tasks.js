/** @file The tasks: steps of Learn with their questions, own ones, a prepared list that is saved as a file. */
import { h } from '../../view/dom.js';
import { createOwnTask } from './owntask.js';

/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {Record<string, unknown>} Wish a change of the room that sends a task */
/** @typedef {{title: string, wish: Wish}} Prepared */

/**
 * Make the view.
 *
 * @param {RoomSource} source
 * @param {import('./seat.js').Seat} seat
 * @param {(wish: Wish) => Promise<void>} send
 */
export function createTasks(source, seat, send) {
  const prepared = h('ol', { class: 'room-list', 'aria-label': 'Prepared tasks' });
  const lessons = h('ul', { class: 'room-list', 'aria-label': 'Steps of Learn' });
  const list = () => /** @type {Prepared[]} */ (seat.read().list.filter(isPrepared));
  /** @param {Prepared[]} next */
  const keep = (next) => {
    seat.write({ list: next });
    fill();
  };
  const fill = () => {
    const all = list();
    prepared.replaceChildren(
      ...all.map(({ title, wish }, i) =>
        h(
          'li',
          {},
          h('span', {}, title),
          button('Send', () => send(wish), `Send ${title}`),
          button('Remove', () => keep(all.filter((_, at) => at !== i)), `Remove ${title}`),
        ),
      ),
    );
    if (all.length === 0) prepared.replaceChildren(h('li', { class: 'room-quiet' }, 'Nothing is prepared.'));
  };
  const add = (/** @type {Prepared} */ one) => keep([...list(), one]);
  void source.lessons().then((steps) =>
    lessons.replaceChildren(
      ...steps.map(({ lesson, step, title, kind }) => {
        const wish = { lesson: { lesson, step } };
        return h(
          'li',
          {},
          h('span', {}, title),
          h('span', { class: 'room-quiet' }, kind ?? 'no question'),
          button('Send', () => send(wish), `Send ${title}`),
          button('Prepare', () => add({ title, wish }), `Prepare ${title}`),
        );
      }),
    ),
  );
  const file = h('input', { type: 'file', accept: 'application/json', 'aria-label': 'File with a list of tasks' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  file.addEventListener('change', async () => {
    const text = await file.files?.[0]?.text();
    problem.hidden = true;
    try {
      const read = JSON.parse(text ?? '');
      if (!Array.isArray(read) || !read.every(isPrepared)) throw new SyntaxError('no list');
      keep(read);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problem.textContent = 'That file has no list of tasks. Choose one that was saved here.';
      problem.hidden = false;
    }
  });
  const save = button('Save as a file', () => {
    const blob = new Blob([JSON.stringify(list(), null, 1)], { type: 'application/json' });
    const link = h('a', { href: URL.createObjectURL(blob), download: 'tasks.json' });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const screen = h('input', { id: 'room-screen', autocomplete: 'off', placeholder: '/learn/problem?step=1' });
  const show = h(
    'form',
    { class: 'room-tools' },
    h('label', { class: 'room-field', for: 'room-screen' }, 'On everyone\u2019s screen ', screen),
    h('button', { class: 'button' }, 'Show'),
    button('Show nothing', () => send({ screen: '' })),
  );
  show.addEventListener('submit', (event) => {
    event.preventDefault();
    void send({ screen: screen.value });
  });
  const shown = h('p', { class: 'room-quiet', role: 'status' });
  fill();
  return {
    element: h(
      'section',
      { class: 'room-tasks', 'aria-label': 'Tasks' },
      h(
        'div',
        {},
        h('h2', {}, 'Prepared'),
        prepared,
        h('div', { class: 'room-tools' }, save, file),
        problem,
        show,
        shown,
        createOwnTask(
          (wish) => void send(wish),
          (title, wish) => add({ title, wish }),
        ),
      ),
      h('div', {}, h('h2', {}, 'From Learn'), lessons),
    ),
    /** @param {import('./codeview.js').Shown} of */
    update({ room }) {
      const text = room.screen ? `Everyone sees ${room.screen}` : '';
      if (shown.textContent !== text) shown.textContent = text;
    },
  };
}

/** @param {unknown} one */
function isPrepared(one) {
  if (typeof one !== 'object' || one === null || !('title' in one) || !('wish' in one)) return false;
  const { title, wish } = one;
  return typeof title === 'string' && typeof wish === 'object' && wish !== null && ('task' in wish || 'lesson' in wish);
}

/** @param {string} text @param {() => unknown} onClick @param {string} [label] */
function button(text, onClick, label) {
  const made = h('button', { type: 'button', class: 'button small', 'aria-label': label }, text);
  made.addEventListener('click', () => void onClick());
  return made;
}
