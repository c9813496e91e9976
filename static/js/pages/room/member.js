/** @file A member's page: join, wait, answer, see. The stream has all that it shows; a reload finds the same seat. */
import { Refusal } from '../../sources/source.js';
import { h } from '../../view/dom.js';
import { bodyOf, hereText } from './body.js';
import { mountClock, phaseName } from './clock.js';
import { createJoining } from './joining.js';
import { part, trying } from './parts.js';
import { retried, spread } from './retried.js';
import { createScreen } from './screen.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {import('./question.js').Given} Given */

const TAKEN_OUT = 'You are not in this room any more: the host took you out, or you left. You may join again.';
const WENT = 'You left the room. Your answers stay in it until it ends; join again, and they are yours.';
/** Statuses by which a server says that the browser has no seat here now. */
const GONE = [404, 409];

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
  let removals = first.removals;
  let shown = '';
  let left = false;
  let online = true;
  let sent = 0; // answers so far, by which a later one ends the tries of those before
  let sending = false;
  /** @type {import('../../sources/roomstream.js').RoomStream|null} */
  let stream = null;
  /** @type {ReturnType<typeof createScreen>|null} */
  let screen = null;
  /** @type {ReturnType<typeof bodyOf>['form']} */
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
    count.textContent = hereText(room.members);
    root.dataset.phase = room.phase;
    root.dataset.revision = String(room.revision);
    who.textContent = name;
    phase.textContent = room.screen && room.phase === 'wait' ? 'On everyone\u2019s screen' : phaseName(room.phase);
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
    if (room.screen && !left && screen) return [screen.element];
    const shownNow = bodyOf(room, own, (answer) => void send(answer));
    form = shownNow.form ?? form;
    return room.screen && left ? [returning(), ...shownNow.nodes] : shownNow.nodes;
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
    const me = await found(() => source.me(seat.key()));
    if (me === 'gone') {
      enter(TAKEN_OUT);
      return;
    }
    if (!me || before !== sent || number !== asked) return; // what came meanwhile is newer
    ({ name } = me);
    const kept = me.answer ? { value: me.answer.value, sure: me.answer.sure } : null;
    const isNew = JSON.stringify(kept) !== JSON.stringify(own);
    own = kept;
    if (!me.here) enter(TAKEN_OUT);
    else if (isNew) redraw();
    else draw();
  });

  /** Show the door, and say why. @param {string} why */
  const enter = (why) => {
    screen?.show(null, room.code);
    stream?.leave();
    stream = null;
    seat.write({ joined: false });
    asked = -1;
    void askName(why);
  };
  const goAway = trying(problem, async () => {
    await found(() => source.leave(seat.key()));
    enter(WENT);
  });
  const away = h('button', { type: 'button', class: 'button small', onclick: () => void goAway() }, 'Leave the room');

  const follow = () => {
    stage.replaceChildren(bar, body, said, h('p', { class: 'room-away' }, away));
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
          away.hidden = true;
          seat.forget();
          return;
        }
        room = told.data;
        const number = room.task?.number ?? 0;
        const isFirst = asked < 0;
        const somebodyWent = room.removals !== removals;
        ({ removals } = room);
        if (number !== asked) {
          own = null;
          sent += 1;
          sending = false;
        }
        draw();
        if (number === asked && !somebodyWent) return;
        asked = number;
        // who comes back may have answered; a whole hall asks one after the other
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

  /**
   * Do something about one's seat, again until the server answers; 'gone': there is no such seat now.
   *
   * @template T
   * @param {() => Promise<T>} act
   * @returns {Promise<T|'gone'|null>}
   */
  const found = async (act) => {
    try {
      return await retried(act, { pause: patiently });
    } catch (error) {
      if (error instanceof Refusal && GONE.includes(error.problem.status ?? 0)) return 'gone';
      throw error;
    }
  };

  const join = trying(problem, async (/** @type {string|null} */ wish) => {
    const joined = await retried(() => source.join(seat.key(), wish), { pause: patiently });
    if (!joined) return;
    ({ name } = joined);
    seat.write({ joined: true });
    follow();
  });

  const comeBack = trying(problem, async () => {
    const back = await found(() => source.comeBack(seat.key()));
    if (back === 'gone') enter(TAKEN_OUT);
    else if (back) {
      ({ name } = back);
      follow();
    }
  });

  const askName = async (/** @type {string} */ why = '') => {
    let proposed = '';
    const propose = trying(problem, async () => {
      proposed = (await retried(source.propose, { pause: patiently }))?.name ?? '';
    });
    const form = createJoining({
      freeNames: room.free_names,
      said: why,
      propose: async () => {
        await propose();
        return proposed;
      },
      onJoin: (wish) => void join(wish),
    });
    stage.replaceChildren(form.element);
    await form.ask();
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
  if (seat.read().joined) void comeBack();
  else void askName();
}
