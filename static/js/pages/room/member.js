/** @file A member's page: join, wait, answer, see. The stream has all that it shows; a reload finds the same seat. */
import { h } from '../../view/dom.js';
import { mountClock, phaseName } from './clock.js';
import { part, trying } from './parts.js';
import { createPicture } from './picture.js';
import { createQuestion } from './question.js';
import { retried, spread } from './retried.js';
import { createScreen } from './screen.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {import('./question.js').Given} Given */

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
  let online = true;
  let sent = 0; // answers so far, by which a later one ends the tries of those before
  let sending = false;
  /** @type {import('../../sources/roomstream.js').RoomStream|null} */
  let stream = null;
  /** @type {ReturnType<typeof createScreen>|null} */
  let screen = null;
  /** @type {ReturnType<typeof createQuestion>|null} */
  let form = null;

  const clockPlace = h('b', { class: 'room-clock', role: 'timer' });
  const phase = h('b', { class: 'room-phase' });
  const who = h('span', {});
  const bar = h('p', { class: 'room-bar' }, who, phase, clockPlace);
  const body = h('div', { class: 'room-body' });
  const said = h('p', { class: 'room-said', role: 'status' });
  const clock = mountClock(clockPlace);

  /** Say what becomes of the answer, and of the connection. */
  const tell = () => {
    const kept = room.open && own ? 'Kept. You may change it until the time is over.' : '';
    if (online) said.textContent = sending ? 'Sending…' : kept;
    else if (sending) said.textContent = 'Connection lost. Your answer goes out by itself when it is back.';
    else said.textContent = `Connection lost; trying again. ${kept && 'Your answer is kept.'}`;
  };

  const send = trying(problem, async (/** @type {Given} */ answer) => {
    const question = room.question;
    if (!question) return;
    sent += 1;
    sending = true;
    tell();
    const [mine, turn] = [sent, seat.turn()];
    try {
      const act = () => source.answer(seat.key(), question.id, { ...answer, turn });
      const kept = await retried(act, { wanted: () => mine === sent });
      if (mine !== sent || !kept) return;
      own = { value: kept.value, sure: kept.sure };
      if (kept.turn === turn) form?.kept();
      else redraw(); // another tab was later
      root.dataset.sent = String(question.id);
      seat.write({ kept: turn });
    } finally {
      if (mine === sent) sending = false;
      tell();
    }
  });

  const draw = () => {
    count.textContent = `${room.members} are here.`;
    root.dataset.phase = room.phase;
    root.dataset.revision = String(room.revision);
    who.textContent = name;
    phase.textContent = phaseName(room.phase);
    clock.update(room);
    const isShown = room.distribution !== null;
    const onScreen = left ? null : room.screen;
    screen?.show(onScreen, room.code);
    const now = JSON.stringify([
      room.task?.number,
      room.open || room.phase,
      isShown,
      room.screen,
      isShown && room.truth,
    ]);
    // a frame that is put into its place again would load its page again
    if (now !== shown && (onScreen === null || body.firstChild !== screen?.element)) {
      shown = now;
      body.replaceChildren(...content());
    }
    tell();
  };
  const redraw = () => {
    shown = '';
    draw();
  };

  /** @returns {Node[]} */
  const content = () => {
    const { task, question } = room;
    if (room.screen && !left && screen) return [screen.element];
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
      h(
        'p',
        { class: 'room-quiet' },
        question && question.text !== task.title ? h('b', { class: 'room-task-title' }, task.title) : null,
        task.text,
      ),
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

  const go = (/** @type {boolean} */ away) => {
    left = away;
    redraw();
  };
  const returning = () =>
    h('button', { type: 'button', class: 'button', onclick: () => go(false) }, 'Back to what the host shows');

  /** Ask what is kept of one's own, and have the form show it. */
  const ask = trying(problem, async () => {
    const [before, number] = [sent, asked];
    const me = await retried(() => source.me(seat.key()));
    if (!me || before !== sent || number !== asked) return; // what came meanwhile is newer
    ({ name } = me);
    const kept = me.answer ? { value: me.answer.value, sure: me.answer.sure } : null;
    const isNew = JSON.stringify(kept) !== JSON.stringify(own);
    own = kept;
    if (!me.here) enter();
    else if (isNew) redraw();
    else draw();
  });

  const enter = () => {
    screen?.show(null, room.code);
    stream?.leave();
    stream = null;
    seat.write({ joined: false });
    asked = -1;
    void askName();
  };

  const follow = () => {
    stage.replaceChildren(bar, body, said);
    root.dataset.state = 'ready';
    watch();
    draw();
  };

  const watch = () => {
    if (stream) {
      stream.renew();
      return;
    }
    stream = source.watch({
      lastEventId: null,
      onEvent: (told) => {
        if (told.type === 'status') {
          screen?.show(null, room.code);
          body.replaceChildren(
            h('p', { class: 'room-wait' }, 'The room has ended. All that belonged to it is deleted.'),
          );
          sent += 1;
          asked = -1;
          said.textContent = '';
          seat.forget();
          return;
        }
        room = told.data;
        const number = room.task?.number ?? 0;
        const isFirst = asked < 0;
        if (number !== asked) {
          own = null;
          sent += 1;
          sending = false;
        }
        draw();
        if (number === asked) return;
        asked = number;
        // who comes back may have answered; a new task comes to the whole hall at once, and nobody has
        if (isFirst) void ask();
        else void spread().then(ask);
      },
      onConnection: (state) => {
        root.dataset.connection = state;
        online = state === 'online';
        tell();
      },
      onRefusal: ({ detail }) => {
        problem.textContent = detail;
        problem.hidden = false;
      },
    });
    screen = createScreen(stream, () => go(true));
    draw();
  };

  const patiently = () => {
    problem.textContent = 'The server does not answer; trying again.';
    problem.hidden = false;
    return spread();
  };

  const join = trying(problem, async (/** @type {string|null} */ wish) => {
    const joined = await retried(() => source.join(seat.key(), wish), { pause: patiently });
    if (!joined) return;
    ({ name } = joined);
    seat.write({ joined: true });
    follow();
  });

  const askName = async () => {
    const shownName = h('output', { class: 'room-name' });
    const field = h('input', { name: 'name', maxlength: 24, autocomplete: 'off', placeholder: 'Or a nickname' });
    const another = h('button', { type: 'button', class: 'button' }, 'Another name');
    const propose = trying(problem, async () => {
      shownName.textContent = (await retried(source.propose, { pause: patiently }))?.name ?? '';
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
        'Kept: this name, your answers, your networks and the runs that you start. On this server only, until ',
        'the room ends, 24 hours at most. The host may stop these runs.',
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

  // another tab of this browser has the same seat
  let kept = seat.read().kept;
  seat.watch(() => {
    const now = seat.read().kept;
    if (now === kept || now === 0 || asked < 0) return;
    kept = now;
    void ask();
  });
  // a phone that was locked has a stream that may be dead and does not know it
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && asked >= 0) watch();
  });
  if (seat.read().joined) void join(null);
  else void askName();
}
