/** @file The host's page: the code for the wall, the tasks, the phases, the answers, the networks, the members. */
import { h } from '../../view/dom.js';
import { createCodeView } from './codeview.js';
import { createMembers } from './members.js';
import { part, trying } from './parts.js';
import { createTasks } from './tasks.js';
import { createWall } from './wall.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {import('../../wire').HostView} HostView */
/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */

const VIEWS = /** @type {const} */ ([
  ['code', 'Code', 'c'],
  ['tasks', 'Tasks', 't'],
  ['wall', 'Wall', 'w'],
  ['members', 'Members', 'm'],
]);
/** Milliseconds between two looks at who is here, at the least and, for networks that change, at the most. */
const PACE = 500;
const REST = 3000;

/**
 * Mount it.
 *
 * @param {HTMLElement} root
 * @param {(secret: string) => RoomSource} sourceOf
 * @param {{room: RoomView, seat: import('./seat.js').Seat}} given
 */
export function mountHost(root, sourceOf, { room, seat }) {
  const [stage, problem] = ['stage', 'problem'].map((name) => part(root, name));
  const { secret } = seat.read();
  if (secret) begin(root, sourceOf(secret), { room, seat, stage, problem });
  else askPhrase(stage, problem, sourceOf(''), seat);
  root.dataset.state = 'ready';
}

/**
 * Ask for the phrase, in a browser that does not know the secret.
 *
 * @param {HTMLElement} stage @param {HTMLElement} problem @param {RoomSource} source
 * @param {import('./seat.js').Seat} seat
 */
function askPhrase(stage, problem, source, seat) {
  const field = h('input', { id: 'room-phrase', name: 'phrase', autocomplete: 'off', required: true });
  const form = h(
    'form',
    { class: 'panel room-card' },
    h('h2', {}, 'Are you the host?'),
    h('label', { class: 'room-field', for: 'room-phrase' }, 'The six words ', field),
    h('button', { class: 'button primary room-main' }, 'Open the host\u2019s page'),
  );
  const recover = trying(problem, async () => {
    const found = await source.recover(field.value);
    seat.write({ secret: found.secret });
    location.reload();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void recover();
  });
  stage.replaceChildren(form);
}

/**
 * @param {HTMLElement} root
 * @param {RoomSource} source
 * @param {{room: RoomView, seat: import('./seat.js').Seat, stage: HTMLElement, problem: HTMLElement}} given
 */
function begin(root, source, { room: first, seat, stage, problem }) {
  let room = first;
  /** @type {HostView|null} */
  let host = null;
  /** @type {import('../../wire').RoomRun[]} */
  let runs = [];
  let view = room.task ? 'wall' : 'code';
  let hidden = false;
  let ended = false; // then nobody is asked for

  const change = trying(problem, async (/** @type {Record<string, unknown>} */ body) => {
    room = await source.change(body);
    if (body.lesson || body.task) view = 'wall';
    draw();
  });
  const parts = {
    code: createCodeView(source, seat, change),
    tasks: createTasks(source, seat, change),
    wall: createWall(change),
    members: createMembers(
      {
        ...source,
        end: async () => {
          ended = true;
          try {
            return await source.end();
          } catch (error) {
            ended = false;
            throw error;
          }
        },
      },
      trying(problem, (/** @type {() => Promise<unknown>} */ act) => act().then(look)),
      change,
    ),
  };
  const tabs = VIEWS.map(([name, text, key]) => {
    const tab = h(
      'button',
      { type: 'button', class: 'button', 'data-view': name },
      text,
      h('kbd', {}, key.toUpperCase()),
    );
    tab.addEventListener('click', () => show(name));
    return tab;
  });
  const names = h('button', { type: 'button', class: 'button' }, 'Hide names', h('kbd', {}, 'N'));
  names.addEventListener('click', () => hide());
  const bar = h('div', { class: 'room-tabs', role: 'group', 'aria-label': 'Views' }, ...tabs, names);
  const body = h('div', { class: 'room-view' });
  stage.replaceChildren(bar, body);

  const show = (/** @type {string} */ name) => {
    view = name;
    draw();
    if (name === 'members') void looked();
  };
  const hide = () => {
    hidden = !hidden;
    draw();
  };
  const draw = () => {
    root.dataset.phase = room.phase;
    root.dataset.view = view;
    root.dataset.revision = String(room.revision);
    root.toggleAttribute('data-names-hidden', hidden);
    names.setAttribute('aria-pressed', String(hidden));
    for (const tab of tabs) tab.setAttribute('aria-pressed', String(tab.dataset.view === view));
    const shown = parts[/** @type {keyof typeof parts} */ (view)];
    shown.update({ room, host, hidden, runs });
    if (body.firstChild !== shown.element) body.replaceChildren(shown.element);
  };

  let looking = false;
  let again = false;
  /** Ask who is here, at most twice a second. */
  const look = async () => {
    if (ended) return;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      [host, runs] = await Promise.all([source.host(), view === 'members' ? source.runs() : runs]);
      draw();
    } finally {
      setTimeout(() => {
        looking = false;
        if (again) {
          again = false;
          void looked();
        }
      }, PACE);
    }
  };
  const looked = trying(problem, look);
  setInterval(() => {
    if (view === 'wall' || view === 'members') void looked();
  }, REST);

  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const found = VIEWS.find(([, , letter]) => letter === key);
    if (found) show(found[0]);
    else if (key === 'n') hide();
    else if (key === 'f') void document.documentElement.requestFullscreen();
    else if (event.key === 'ArrowRight' && view === 'wall') parts.wall.next();
    else return;
    event.preventDefault();
  });
  source.watch({
    lastEventId: null,
    onEvent: (told) => {
      if (told.type === 'status') {
        ended = true;
        seat.forget();
        location.assign('/room');
        return;
      }
      room = told.data;
      draw();
      void looked();
    },
    onConnection: (state) => {
      root.dataset.connection = state;
    },
    onRefusal: ({ detail }) => {
      problem.textContent = detail;
      problem.hidden = false;
    },
  });
  draw();
}
