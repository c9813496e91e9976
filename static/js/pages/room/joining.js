/** @file The form by which a member joins: a name of two words, or a nickname where the host allows it. */
import { h } from '../../view/dom.js';

/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */

/**
 * Make the form.
 *
 * @param {{freeNames: boolean, said: string, propose: () => Promise<string>, onJoin: (name: string|null) => void}}
 *   given `said`: why somebody who was here sees the door
 */
export function createJoining({ freeNames, said, propose, onJoin }) {
  const name = h('output', { class: 'room-name' });
  const field = h('input', { name: 'name', maxlength: 24, autocomplete: 'off', placeholder: 'Or a nickname' });
  const another = h('button', { type: 'button', class: 'button' }, 'Another name');
  const ask = async () => {
    name.textContent = await propose();
  };
  another.addEventListener('click', () => void ask());
  const form = h(
    'form',
    { class: 'room-join', 'aria-label': 'Join' },
    said ? h('p', { class: 'room-wait', role: 'status' }, said) : null,
    h(
      'div',
      { class: 'panel room-card' },
      h('span', { class: 'room-quiet' }, 'You appear as'),
      name,
      another,
      freeNames ? h('label', { class: 'room-field' }, 'Nickname ', field) : null,
    ),
    h('button', { class: 'button primary room-main' }, said ? 'Join again' : 'Join'),
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
    onJoin(field.value.trim() || name.textContent || null);
  });
  return { element: form, ask };
}
