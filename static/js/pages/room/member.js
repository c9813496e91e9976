/** @file A member's page: join, wait, answer, see. The stream has all that it shows; a reload finds the same seat. */
import { h } from '../../view/dom.js';
import { mountClock, phaseName } from './clock.js';
import { part, trying } from './parts.js';
import { createPicture } from './picture.js';
import { createQuestion } from './question.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {import('./question.js').Given} Given */

/** Seconds over which a hall comes back after a restart. */
const SPREAD = 3;

/**
 * Mount it.
 *
 * @param {HTMLElement} root
 * @param {RoomSource} source
 * @param {{room: RoomView, seat: import('./seat.js').Seat}} given
 */
export function mountMember(root, source, { room: first, seat }) {
  const [stage, problem, count] = ['stage', 'problem', 'count'].map((name) => part(root, name));
  let room = first;
  let name = '';
  /** @type {Given|null} */
  let own = null;
  let asked = -1;
  let shown = '';
  let left = false;
  /** @type {ReturnType<typeof createQuestion>|null} */
  let form = null;

  const clockPlace = h('b', { class: 'room-clock', role: 'timer' });
  const phase = h('b', { class: 'room-phase' });
  const who = h('span', {});
  const bar = h('p', { class: 'room-bar' }, who, phase, clockPlace);
  const body = h('div', { class: 'room-body' });
  const said = h('p', { class: 'room-said', role: 'status' });
  const clock = mountClock(clockPlace);

  const send = trying(problem, async (/** @type {Given} */ answer) => {
    said.textContent = 'Sending…';
    const question = room.question;
    if (!question) return;
    const kept = await retried(() => source.answer(seat.key(), question.id, { ...answer, turn: seat.turn() }));
    own = { value: kept.value, sure: kept.sure };
    form?.kept();
    said.textContent = 'Kept. You may change it until the time is over.';
    root.dataset.sent = String(question.id);
  });

  const draw = () => {
    count.textContent = `${room.members} are here.`;
    root.dataset.phase = room.phase;
    root.dataset.revision = String(room.revision);
    who.textContent = name;
    phase.textContent = phaseName(room.phase);
    clock.update(room);
    const isShown = room.distribution !== null;
    const now = JSON.stringify([room.task?.number, room.open, isShown, room.screen, isShown && room.truth]);
    if (now === shown) return;
    shown = now;
    body.replaceChildren(...content());
    said.textContent = room.open && own ? 'Kept. You may change it until the time is over.' : '';
  };

  /** @returns {Node[]} */
  const content = () => {
    const { task, question } = room;
    const screen = room.screen && !left ? onScreen(room.screen) : null;
    if (screen) return [screen];
    const back = room.screen && left ? returning() : null;
    if (!task)
      return /** @type {Node[]} */ (
        [back, h('p', { class: 'room-wait' }, 'You are in. The first task appears here.')].filter(Boolean)
      );
    const link = task.address
      ? h('a', { class: 'button', href: task.address, target: '_blank', rel: 'noopener' }, 'Open the task')
      : null;
    /** @type {(HTMLElement|null)[]} */
    const parts = [
      back,
      h('h2', { class: 'room-asked' }, question?.text ?? task.title),
      h('p', { class: 'room-quiet' }, question ? task.title : task.text),
    ];
    if (room.distribution) parts.push(createPicture(room, own?.value), link);
    else if (question && room.open) {
      form = createQuestion(question, own, (answer) => void send(answer));
      parts.push(form.element);
    } else {
      const words = /** @type {Record<string, string>} */ ({
        discuss: 'Discuss it with your neighbours.',
        measure: 'Measure it.',
      });
      parts.push(h('p', { class: 'room-wait' }, words[room.phase] ?? 'Answers are closed.'), link);
    }
    return /** @type {Node[]} */ (parts.filter(Boolean));
  };

  const onScreen = (/** @type {string} */ address) =>
    h(
      'section',
      { class: 'room-screen', 'aria-label': 'On everyone\u2019s screen' },
      h('iframe', { src: address, title: 'The page that the host shows' }),
      button('Leave for my own', () => {
        left = true;
      }),
    );
  const returning = () =>
    button('Back to what the host shows', () => {
      left = false;
    });
  /** @param {string} text @param {() => void} act */
  const button = (text, act) => {
    const made = h('button', { type: 'button', class: 'button' }, text);
    made.addEventListener('click', () => {
      act();
      shown = '';
      draw();
    });
    return made;
  };

  /** Ask what is kept of one's own. */
  const ask = async () => {
    const me = await source.me(seat.key());
    own = me.answer ? { value: me.answer.value, sure: me.answer.sure } : null;
    ({ name } = me);
    if (!me.here) enter();
  };

  const enter = () => {
    seat.write({ joined: false });
    asked = -1;
    void askName();
  };

  const follow = () => {
    stage.replaceChildren(bar, body, said);
    root.dataset.state = 'ready';
    draw();
    source.watch({
      lastEventId: null,
      onEvent: (told) => {
        if (told.type === 'status') {
          body.replaceChildren(
            h('p', { class: 'room-wait' }, 'The room has ended. All that belonged to it is deleted.'),
          );
          seat.forget();
          return;
        }
        room = told.data;
        const number = room.task?.number ?? 0;
        if (number === asked) draw();
        else {
          asked = number;
          own = null;
          void trying(problem, ask)().then(() => {
            shown = ''; // the answer that is kept stands in the form
            draw();
          });
        }
      },
      onConnection: (state) => {
        root.dataset.connection = state;
        said.textContent = state === 'online' ? '' : 'Connection lost; trying again.';
      },
      onRefusal: ({ detail }) => {
        problem.textContent = detail;
        problem.hidden = false;
      },
    });
  };

  const join = trying(problem, async (/** @type {string|null} */ wish) => {
    ({ name } = await source.join(seat.key(), wish));
    seat.write({ joined: true });
    follow();
  });

  const askName = async () => {
    const shownName = h('output', { class: 'room-name' });
    const field = h('input', { name: 'name', maxlength: 24, autocomplete: 'off', placeholder: 'Or a nickname' });
    const another = h('button', { type: 'button', class: 'button' }, 'Another name');
    const propose = trying(problem, async () => {
      shownName.textContent = (await source.propose()).name;
    });
    another.addEventListener('click', () => void propose());
    const form = h(
      'form',
      { class: 'room-join', 'aria-label': 'Join' },
      h(
        'div',
        { class: 'panel room-card' },
        h('span', { class: 'room-quiet' }, 'You appear as'),
        shownName,
        another,
        room.free_names ? h('label', { class: 'room-field' }, 'Nickname ', field) : null,
      ),
      h('button', { class: 'button primary room-main' }, 'Join'),
      h(
        'p',
        { class: 'room-quiet' },
        'Kept: this name, your answers and your networks. On this server only, until the room ends, 24 hours at most.',
      ),
      h('p', { class: 'room-quiet' }, 'Here before in this browser? You get the same seat.'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void join(field.value.trim() || shownName.textContent || null);
    });
    stage.replaceChildren(form);
    await propose();
    root.dataset.state = 'ready';
  };

  if (seat.read().joined) void join(null);
  else void askName();
}

/**
 * Send until the server answers, or refuses: a lost connection loses no answer.
 *
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
async function retried(act) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      const problem = /** @type {{problem?: {status?: number}}} */ (error).problem;
      if (problem?.status !== 0 || tries >= 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * SPREAD * 1000));
    }
  }
}
