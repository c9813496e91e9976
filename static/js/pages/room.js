/** @file The pages of a room: the door, a member's page, the host's. */
import { roomOf } from '../sources/rooms.js';
import { need } from '../view/dom.js';
import { mountHelp } from '../view/help/help.js';
import { mountThemeButton } from '../view/theme.js';
import { mountDoor } from './room/door.js';
import { mountHost } from './room/host.js';
import { mountMember } from './room/member.js';
import { seatOf } from './room/seat.js';

mountThemeButton(need('theme'));
mountHelp(need('help'));
const first = JSON.parse(need('first').textContent ?? '');
const root = document.documentElement;
if (first.view === 'door') mountDoor(root);
else {
  const seat = seatOf(first.code);
  if (first.view === 'member') mountMember(root, roomOf(first.code), { room: first.room, seat });
  else {
    // the secret goes from the address into the browser's storage, so that no picture of the screen has it
    const given = location.hash.slice(1);
    if (given) {
      seat.write({ secret: given });
      history.replaceState(null, '', location.pathname);
    }
    mountHost(root, (secret) => roomOf(first.code, secret), { room: first.room, seat });
  }
}
