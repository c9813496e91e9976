/** @file The code, large enough for the last row: QR code, short link, how many are here; the host's secrets aside. */
import { h } from '../../view/dom.js';
import { hereText } from './body.js';

/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {import('../../wire').RoomRun} RoomRun */
/** @typedef {{room: import('../../wire').RoomView, host: import('../../wire').HostView|null, hidden: boolean, runs:
 *   RoomRun[]}} Shown */

/**
 * @param {RoomSource} source
 * @param {import('./seat.js').Seat} seat
 * @param {(wish: Record<string, unknown>) => Promise<void>} change
 */
export function createCodeView(source, seat, change) {
  const picture = h('img', { class: 'room-qr', alt: 'QR code of the link' });
  const link = h('p', { class: 'room-link' });
  const code = h('p', { class: 'room-big' });
  const count = h('p', { class: 'room-here', role: 'status' });
  const choices = h('select', { class: 'select', 'aria-label': 'Address that others reach' });
  const title = h('p', { class: 'room-title' });
  const known = seat.read();
  const phrase = h(
    'details',
    { class: 'room-secrets' },
    h('summary', {}, 'Your way back as the host'),
    h('p', {}, 'Write these six words down: ', h('b', {}, known.phrase || 'they were shown where the room was opened')),
    h(
      'p',
      {},
      h('a', { href: `${location.pathname}#${known.secret}` }, 'This link'),
      ' opens the host\u2019s page on another device. Show it to nobody.',
    ),
  );
  const closed = h('input', { type: 'checkbox' });
  closed.addEventListener('change', () => void change({ closed: closed.checked }));
  let at = 0;
  let drawn = '';
  choices.addEventListener('change', () => {
    at = choices.selectedIndex;
    drawn = '';
    fill();
  });
  /** @type {string[]} */
  let links = [];
  const door = h('label', { class: 'room-check' }, closed, ' Nobody else comes in');
  const fill = () => {
    const now = JSON.stringify([links, at]);
    if (now === drawn) return;
    drawn = now;
    choices.replaceChildren(...links.map((one, i) => h('option', { selected: i === at }, one)));
    choices.hidden = links.length < 2;
    picture.hidden = links.length === 0;
    if (links.length > 0) picture.src = source.picture(at);
    link.textContent =
      links[at]?.replace(/^https?:\/\//, '').replace(/\/[^/]*$/, '') ??
      'No other machine can reach this server: start it with the host 0.0.0.0.';
  };
  return {
    element: h(
      'section',
      { class: 'room-join-view', 'aria-label': 'Code of the room' },
      picture,
      h('div', { class: 'room-join-words' }, title, link, code, count, choices, door, phrase),
    ),
    /** @param {Shown} shown */
    update({ room, host }) {
      title.textContent = room.title;
      code.textContent = room.code.replace(/(..)(?=.)/g, '$1\u2002');
      count.textContent = hereText(room.members) || 'Nobody is here yet.';
      closed.checked = room.closed;
      if (host) {
        ({ links } = host);
        fill();
      }
    },
  };
}
