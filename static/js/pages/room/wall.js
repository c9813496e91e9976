/** @file The wall: the question, the phases, how many answered; the answers beside the truth; the networks as dots. */
import { h } from '../../view/dom.js';
import { mountClock, PHASES } from './clock.js';
import { createNetworks } from './networks.js';
import { createPicture } from './picture.js';
import { shortLink } from './screen.js';

/** @typedef {import('./codeview.js').Shown} Shown */

/** @param {(wish: Record<string, unknown>) => Promise<void>} change */
export function createWall(change) {
  const asked = h('h2', { class: 'room-question-wall' });
  const count = h('p', { class: 'room-answered', role: 'status' });
  const time = h('b', { class: 'room-clock', role: 'timer' });
  const clock = mountClock(time);
  const answers = h('div', { class: 'room-wall-answers' });
  const networks = createNetworks();
  const link = h('a', { target: '_blank', rel: 'noopener' });
  const onScreen = h('p', { class: 'room-shown' }, 'On everyone\u2019s screen: ', link);
  const foot = h('p', { class: 'room-foot' });
  const buttons = PHASES.map(([name, text]) => {
    const button = h('button', { type: 'button', class: 'button', 'data-phase': name }, text);
    button.addEventListener('click', () => void change({ phase: name }));
    return button;
  });
  const pause = h('button', { type: 'button', class: 'button' }, 'Pause');
  const more = h('button', { type: 'button', class: 'button' }, '+30 s');
  pause.addEventListener('click', () => void change({ clock: pause.dataset.next }));
  more.addEventListener('click', () => void change({ extend: 30 }));
  let phase = '';
  let drawn = '';
  return {
    element: h(
      'section',
      { class: 'room-wall', 'aria-label': 'Wall' },
      h('div', { class: 'room-wall-head' }, asked, count),
      h('div', { class: 'room-phases', role: 'group', 'aria-label': 'Phases' }, ...buttons, time, pause, more),
      h('div', { class: 'room-wall-figures' }, answers, networks.element),
      onScreen,
      foot,
    ),
    next() {
      const at = PHASES.findIndex(([name]) => name === phase);
      if (at >= 0 && at + 1 < PHASES.length) void change({ phase: PHASES[at + 1][0] });
    },
    /** @param {Shown} shown */
    update({ room, host, hidden }) {
      phase = room.phase;
      asked.textContent = room.question?.text ?? room.task?.title ?? 'No task yet';
      count.replaceChildren(h('b', {}, String(room.answered)), ` of ${room.members} answered`);
      count.hidden = !room.question;
      clock.update(room);
      pause.textContent = room.remaining === null ? 'Pause' : 'Go on';
      pause.dataset.next = room.remaining === null ? 'pause' : 'resume';
      pause.hidden = room.ends === null && room.remaining === null;
      more.hidden = !room.task;
      for (const button of buttons) {
        button.setAttribute('aria-pressed', String(button.dataset.phase === room.phase));
        const predicts = Boolean(button.dataset.phase?.startsWith('predict'));
        const isOver = predicts && room.revealed;
        button.disabled = !room.task || isOver || (!room.question && (predicts || button.dataset.phase === 'discuss'));
        button.title = isOver ? 'The answers were shown: nobody predicts any more.' : '';
      }
      const now = JSON.stringify([room.distribution, room.truth, room.profile, room.question?.id]);
      if (now !== drawn) {
        drawn = now;
        answers.hidden = !room.question;
        answers.replaceChildren(
          room.distribution
            ? createPicture(room)
            : h('p', { class: 'room-quiet' }, 'The answers appear at the reveal.'),
        );
      }
      const seats = (host?.seats ?? []).flatMap(({ seat, name, network }) =>
        network ? [{ seat, name, network }] : [],
      );
      networks.update(seats, hidden);
      const reached = host?.links[0]?.replace(/^https?:\/\//, '').replace(/\/[^/]*$/, '');
      onScreen.hidden = room.screen === null;
      link.href = room.screen ?? '';
      link.textContent = shortLink(room.code, reached?.replace(/\/r$/, ''));
      foot.replaceChildren(
        'Join: ',
        ...(reached ? [h('b', {}, reached), ' '] : []),
        h('b', { class: 'room-pairs' }, room.code.replace(/(..)(?=.)/g, '$1\u2002')),
        h('span', { class: 'room-keys' }, '→ next, N names, F full screen'),
      );
    },
  };
}
