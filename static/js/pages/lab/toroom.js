/** @file The experiment that the form asks for, as a task of an open room of this browser's own. */
import { Refusal } from '../../sources/source.js';
import { h } from '../../view/dom.js';
import { problemWords } from '../../view/state/words.js';
import { ownedRooms } from '../room/owned.js';
import { experimentWish } from '../room/wish.js';
import { encodeAddress } from './address.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').View} View */

/** The task. @param {State} state */
export function wishOfLab(state) {
  const { title, why } = state.kind;
  return experimentWish({ title, why, address: `/lab${encodeAddress({ ...state, experiment: null })}` });
}

/**
 * Mount the buttons.
 *
 * @param {HTMLElement} root
 * @param {() => Promise<import('../room/owned.js').Owned[]>} [find]
 * @returns {View}
 */
export function mountToRoom(root, find = ownedRooms) {
  const said = h('span', { class: 'lab-room-said', role: 'status' });
  /** @type {State|null} */
  let newest = null;
  void find().then((rooms) => {
    root.hidden = rooms.length === 0;
    root.replaceChildren(
      ...rooms.slice(0, 2).flatMap(({ code, seat, source }) => [
        button(`Send to the room ${code.replace(/(..)(?=.)/g, '$1 ')}`, async (state) => {
          await source.change(wishOfLab(state));
          said.replaceChildren('Sent. ', h('a', { href: `/room/${code}/host` }, 'To the room'));
        }),
        button('Prepare for it', async (state) => {
          const { list } = seat.read();
          seat.write({ list: [...list, { title: state.kind.title, wish: wishOfLab(state) }] });
          said.replaceChildren('It is on the list of tasks. ', h('a', { href: `/room/${code}/host` }, 'To the room'));
        }),
      ]),
      said,
    );
  });
  /** @param {string} text @param {(state: State) => Promise<void>} act */
  const button = (text, act) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button small',
        onclick: async () => {
          if (!newest) return;
          try {
            await act(newest);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            said.replaceChildren(problemWords(error.problem, newest.fields));
          }
        },
      },
      text,
    );
  return {
    update(state) {
      newest = state;
    },
    destroy: () => root.replaceChildren(),
  };
}
