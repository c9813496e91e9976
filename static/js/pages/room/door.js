/** @file The door: a code leads to a room, and one click opens another. */
import { openRoom } from '../../sources/rooms.js';
import { part, trying } from './parts.js';
import { seatOf } from './seat.js';

/** @param {HTMLElement} root */
export function mountDoor(root) {
  const problem = part(root, 'problem');
  const join = /** @type {HTMLFormElement} */ (part(root, 'join'));
  const open = /** @type {HTMLFormElement} */ (part(root, 'open'));
  join.addEventListener('submit', (event) => {
    event.preventDefault();
    const code = String(new FormData(join).get('code') ?? '')
      .replace(/[\s-]/g, '')
      .toUpperCase();
    location.assign(`/room/${encodeURIComponent(code)}`);
  });
  const begin = trying(problem, async () => {
    const wish = new FormData(open);
    const { code, host } = await openRoom({ title: String(wish.get('title')), free_names: wish.has('free_names') });
    seatOf(code).write({ secret: host.secret, phrase: host.phrase });
    location.assign(`/room/${code}/host`);
  });
  open.addEventListener('submit', (event) => {
    event.preventDefault();
    void begin();
  });
  root.dataset.state = 'ready';
}
