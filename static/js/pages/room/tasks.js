/** @file The tasks: steps of Learn, experiments of the Lab, own ones; a prepared list that is saved as a file. */
import { h } from '../../view/dom.js';
import { createOwnTask } from './owntask.js';
import { trying } from './parts.js';
import { createTimes } from './times.js';
import { experimentWish, isPrepared, timed, timesText } from './wish.js';

/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {import('./wish.js').Wish} Wish a change of the room that sends a task */
/** @typedef {import('./wish.js').Prepared} Prepared */

/**
 * Make the view.
 *
 * @param {RoomSource} source
 * @param {import('./seat.js').Seat} seat
 * @param {(wish: Wish) => Promise<void>} send
 */
export function createTasks(source, seat, send) {
  const times = createTimes();
  const prepared = h('ol', { class: 'room-list', 'aria-label': 'Prepared tasks' });
  const lessons = h('ul', { class: 'room-list', 'aria-label': 'Steps of Learn' });
  const experiments = h('ul', { class: 'room-list', 'aria-label': 'Experiments of the Lab' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const list = () => seat.read().list.filter(isPrepared);
  /** @param {Prepared[]} next */
  const keep = (next) => {
    seat.write({ list: next });
    fill();
  };
  const fill = () => {
    const all = list();
    const moved = (/** @type {number} */ i) => [...all.slice(0, i - 1), all[i], all[i - 1], ...all.slice(i + 1)];
    prepared.replaceChildren(
      ...all.map(({ title, wish }, i) =>
        h(
          'li',
          {},
          h('span', {}, title, h('span', { class: 'room-quiet room-small' }, timesText(wish))),
          button('Send', () => send(wish), `Send ${title}`),
          i > 0 ? button('Up', () => keep(moved(i)), `Move ${title} up`) : null,
          button('Remove', () => keep(all.filter((_, at) => at !== i)), `Remove ${title}`),
        ),
      ),
    );
    if (all.length === 0) prepared.replaceChildren(h('li', { class: 'room-quiet' }, 'Nothing is prepared.'));
  };
  // the Lab puts tasks on the list too
  globalThis.addEventListener('storage', fill);
  const add = (/** @type {string} */ title, /** @type {Wish} */ wish) =>
    keep([...list(), { title, wish: timed(wish, times.seconds()) }]);
  /** @param {string} title @param {string} said @param {Wish} wish @param {string} [short] */
  const row = (title, said, wish, short = title) =>
    h(
      'li',
      {},
      h('span', {}, short || title),
      h('span', { class: 'room-quiet' }, said),
      button('Send', () => send(timed(wish, times.seconds())), `Send ${title}`),
      button('Prepare', () => add(title, wish), `Prepare ${title}`),
    );
  const fetched = trying(problem, async () => {
    const [steps, kinds] = await Promise.all([source.lessons(), source.kinds()]);
    let chapter = '';
    lessons.replaceChildren(
      ...steps.flatMap(({ lesson, step, title, kind }) => {
        const [name, short] = [title.split(': ')[0], title.split(': ').slice(1).join(': ')];
        const made = row(title, kind ?? 'no question', { lesson: { lesson, step } }, short);
        if (name === chapter) return [made];
        chapter = name;
        return [h('li', {}, h('h3', {}, name)), made];
      }),
    );
    experiments.replaceChildren(
      ...kinds.map(({ kind, title, why }) =>
        row(title, '', experimentWish({ title, why, address: `/lab?kind=${kind}` })),
      ),
    );
  });
  void fetched();

  const file = h('input', { type: 'file', accept: '.json,application/json', class: 'visually-hidden' });
  const load = trying(problem, async () => {
    const text = await file.files?.[0]?.text();
    file.value = ''; // the same file may be chosen again
    const read = text === undefined ? null : parsed(text);
    if (read) keep(/** @type {Prepared[]} */ (await source.readTasks(read)));
    else {
      problem.textContent = 'That file has no list of tasks. Choose one that was saved here.';
      problem.hidden = false;
    }
  });
  file.addEventListener('change', () => void load());
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
        h('div', { class: 'room-tools' }, save, h('label', { class: 'button small room-file' }, 'Load a file', file)),
        problem,
        times.element,
        show,
        shown,
        createOwnTask(
          source.presets(),
          (wish) => void send(timed(wish, times.seconds())),
          (title, wish) => add(title, wish),
        ),
      ),
      h('div', {}, h('h2', {}, 'From Learn'), lessons, h('h2', {}, 'From the Lab'), experiments),
    ),
    /** @param {import('./codeview.js').Shown} of */
    update({ room }) {
      const text = room.screen ? `Everyone sees ${room.screen}` : '';
      if (shown.textContent !== text) shown.textContent = text;
    },
  };
}

/** The list in a file; null if it has none. @param {string} text @returns {Prepared[]|null} */
function parsed(text) {
  try {
    const read = JSON.parse(text);
    return Array.isArray(read) && read.every(isPrepared) ? read : null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** @param {string} text @param {() => unknown} onClick @param {string} [label] */
function button(text, onClick, label) {
  const made = h('button', { type: 'button', class: 'button small', 'aria-label': label }, text);
  made.addEventListener('click', () => void onClick());
  return made;
}
