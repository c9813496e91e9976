/** @file The page on everyone's screen, in a frame; its events come on the room's one stream. */
import { answerFrame } from '../../sources/framed.js';
import { h } from '../../view/dom.js';

/** @typedef {import('../../wire').RoomView} RoomView */

/** The short address of what a room shows, which leads to its page. @param {string} code @param {string} [host] */
export function shortLink(code, host = location.host) {
  return `${host}/r/${code}/screen`;
}

/**
 * Make the screen.
 *
 * @param {Pick<import('../../sources/roomstream.js').RoomStream, 'follow'|'release'>} stream
 * @param {() => void} onLeave told when somebody wants their own page
 */
export function createScreen(stream, onLeave) {
  const link = h('a', { target: '_blank', rel: 'noopener' });
  const leave = h('button', { type: 'button', class: 'button', onclick: onLeave }, 'Leave for my own');
  const place = h('div', { class: 'room-frame' });
  let address = '';
  return {
    element: h(
      'section',
      { class: 'room-screen', 'aria-label': 'On everyone\u2019s screen' },
      place,
      h('p', { class: 'room-tools' }, leave, h('span', {}, 'On a page of its own: ', link)),
    ),
    /**
     * Show a page, the same one still where it is the same; null: none.
     *
     * @param {string|null} next @param {string} code
     */
    show(next, code) {
      if (next === (address || null)) return;
      address = next ?? '';
      stream.release();
      if (next === null) {
        place.replaceChildren();
        return;
      }
      link.textContent = shortLink(code);
      link.href = `/r/${code}/screen`;
      const frame = h('iframe', { src: next, title: 'The page that the host shows' });
      // the way to other pages is around the frame already
      frame.addEventListener('load', () => {
        if (frame.contentDocument) frame.contentDocument.documentElement.dataset.framed = '';
      });
      answerFrame(frame, (events, watcher) => stream.follow(events, watcher));
      place.replaceChildren(frame);
    },
  };
}
