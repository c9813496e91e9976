/** @file The wall: the question, the phases, how many answered; the answers beside the truth; the networks as dots. */
import { dotsOf } from '../../figure/room/dots.js';
import { h, svg } from '../../view/dom.js';
import { mountClock, PHASES } from './clock.js';
import { createPicture } from './picture.js';
import { shortLink } from './screen.js';

/** @typedef {import('./codeview.js').Shown} Shown */

const WIDE = 600;
const HIGH = 460;
const LEFT = 60;

/** @param {(wish: Record<string, unknown>) => Promise<void>} change */
export function createWall(change) {
  const asked = h('h2', { class: 'room-question-wall' });
  const count = h('p', { class: 'room-answered', role: 'status' });
  const time = h('b', { class: 'room-clock', role: 'timer' });
  const clock = mountClock(time);
  const answers = h('div', { class: 'room-wall-answers' });
  const networks = h('figure', { class: 'room-wall-networks' });
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
  let dotted = '';
  return {
    element: h(
      'section',
      { class: 'room-wall', 'aria-label': 'Wall' },
      h('div', { class: 'room-wall-head' }, asked, count),
      h('div', { class: 'room-phases', role: 'group', 'aria-label': 'Phases' }, ...buttons, time, pause, more),
      h('div', { class: 'room-wall-figures' }, answers, networks),
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
      for (const button of buttons) {
        button.setAttribute('aria-pressed', String(button.dataset.phase === room.phase));
        const predicts = button.dataset.phase?.startsWith('predict') || button.dataset.phase === 'discuss';
        button.disabled = !room.task || (!room.question && Boolean(predicts));
      }
      const now = JSON.stringify([room.distribution, room.truth, room.question?.id]);
      if (now !== drawn) {
        drawn = now;
        answers.replaceChildren(
          room.distribution
            ? createPicture(room)
            : h('p', { class: 'room-quiet' }, room.question ? 'The answers appear at the reveal.' : ''),
        );
      }
      const seats = (host?.seats ?? []).flatMap(({ seat, name, network }) =>
        network ? [{ seat, name, network }] : [],
      );
      const dots = JSON.stringify([seats.map(({ seat, network }) => [seat, network.address]), hidden]);
      if (dots !== dotted) {
        dotted = dots;
        networks.replaceChildren(...picture(seats, hidden));
      }
      const reached = host?.links[0]?.replace(/^https?:\/\//, '').replace(/\/[^/]*$/, '');
      onScreen.hidden = room.screen === null;
      link.href = room.screen ?? '';
      link.textContent = shortLink(room.code, reached?.replace(/\/r$/, ''));
      foot.replaceChildren(
        'Join: ',
        h('b', {}, reached ?? ''),
        ' ',
        h('b', { class: 'room-pairs' }, room.code.replace(/(..)(?=.)/g, '$1\u2002')),
        h('span', { class: 'room-keys' }, '→ next, N names, F full screen'),
      );
    },
  };
}

/** @param {import('../../figure/room/dots.js').Placed[]} seats @param {boolean} hidden @returns {Node[]} */
function picture(seats, hidden) {
  const { dots, depths, ratios } = dotsOf(seats);
  if (dots.length === 0) return [];
  const x = (/** @type {number} */ share) => LEFT + share * (WIDE - LEFT);
  const y = (/** @type {number} */ share) => share * (HIGH - 50);
  const marks = dots.map((dot) => {
    const network = seats.find(({ seat }) => seat === dot.seat)?.network;
    const words = `${hidden ? '' : `${dot.name}: `}${dot.label}`;
    const shape = svg('path', {
      d: shapeOf(dot.symbol),
      transform: `translate(${x(dot.x)},${y(dot.y)})`,
      class: dot.filled ? 'dot dot-skips' : 'dot',
    });
    return svg(
      'a',
      { href: network?.address ?? '/', target: '_blank', rel: 'noopener', 'aria-label': words },
      svg('title', {}, words),
      shape,
    );
  });
  const legend = [
    ['circle', 'no normalisation'],
    ['square', 'BatchNorm'],
    ['diamond', 'GroupNorm'],
  ].map(([symbol, text]) =>
    h(
      'span',
      {},
      svg(
        'svg',
        { viewBox: '-9 -9 18 18', width: 18, height: 18, 'aria-hidden': 'true' },
        svg('path', { d: shapeOf(symbol), class: 'dot' }),
      ),
      text,
    ),
  );
  return [
    h('figcaption', {}, h('b', {}, 'Your networks now'), ' gradient, first over last block, by layers'),
    svg(
      'svg',
      { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'group', 'aria-label': `${dots.length} networks` },
      ...ratios.map((mark) => svg('path', { class: 'room-grid', d: `M${LEFT},${y(mark.y)}H${WIDE}` })),
      ...ratios.map((mark) => svg('text', { class: 'room-left', x: LEFT - 8, y: y(mark.y) + 5 }, mark.name)),
      ...depths.map((mark) => svg('text', { x: x(mark.x), y: HIGH - 20 }, mark.name)),
      ...marks,
    ),
    h('p', { class: 'room-legend' }, h('span', { class: 'room-skips-key' }, 'filled: with skips'), ...legend),
  ];
}

/** @param {string} symbol */
function shapeOf(symbol) {
  if (symbol === 'circle') return 'M-7,0a7,7 0 1 0 14,0a7,7 0 1 0 -14,0';
  return symbol === 'square' ? 'M-6,-6h12v12h-12z' : 'M0,-8l8,8l-8,8l-8,-8z';
}
