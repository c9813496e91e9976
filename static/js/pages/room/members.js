/** @file The members: their names, who has answered, and a tap to rename or remove; the exports and the end. */
import { h } from '../../view/dom.js';

/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */

/** @param {RoomSource} source @param {(act: () => Promise<unknown>) => Promise<void>} act */
export function createMembers(source, act) {
  const list = h('ul', { class: 'room-members' });
  const names = h('input', { type: 'checkbox' });
  const save = (/** @type {string} */ text, /** @type {Record<string, string>} */ query, /** @type {string} */ file) =>
    button(text, () =>
      act(async () => {
        const blob = await source.export({ ...query, names: String(names.checked) });
        const link = h('a', { href: URL.createObjectURL(blob), download: file });
        link.click();
        URL.revokeObjectURL(link.href);
      }),
    );
  const end = button('End the room', () => {
    if (end.dataset.sure) void act(source.end);
    else {
      end.dataset.sure = 'yes';
      end.textContent = 'Delete all of it now';
    }
  });
  const tools = h(
    'div',
    { class: 'room-tools' },
    save('Report', { format: 'html' }, 'room.html'),
    save('Answers (CSV)', { format: 'csv' }, 'answers.csv'),
    save('Networks (CSV)', { format: 'csv', of: 'networks' }, 'networks.csv'),
    h('label', { class: 'room-check' }, names, ' with names'),
    end,
  );
  let drawn = '';
  return {
    element: h('section', { 'aria-label': 'Members' }, tools, list),
    /** @param {import('./codeview.js').Shown} shown */
    update({ host, hidden }) {
      const seats = host?.seats ?? [];
      const now = JSON.stringify([seats, hidden]);
      if (now === drawn) return; // the hand may be on a button
      drawn = now;
      list.replaceChildren(
        ...seats.map(({ seat, name, answered, network }, i) => {
          const shown = hidden ? `Member ${i + 1}` : name;
          return h(
            'li',
            {},
            h('span', { class: 'room-member' }, shown),
            h('span', { class: 'room-quiet' }, answered ? 'answered' : ''),
            network ? h('a', { href: network.address, target: '_blank', rel: 'noopener' }, network.label) : null,
            button('Rename', () => act(() => source.rename(seat)), `Rename ${shown}`),
            button('Remove', () => act(() => source.remove(seat)), `Remove ${shown}`),
          );
        }),
      );
    },
  };
}

/** @param {string} text @param {() => unknown} onClick @param {string} [label] */
function button(text, onClick, label) {
  const made = h('button', { type: 'button', class: 'button small', 'aria-label': label }, text);
  made.addEventListener('click', () => void onClick());
  return made;
}
