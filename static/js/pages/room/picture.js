/** @file The answers of a class as a picture: before the discussion, after it, and the truth; and as a table. */
import { axisText, barsOf, quartileText, truthText, truthWord, valueText } from '../../figure/room/answers.js';
import { bandKeys, bandScene, measuredOf, placesOf } from '../../figure/room/drawings.js';
import { histogramScene } from '../../figure/room/histogram.js';
import { formatNumber } from '../../figure/scale.js';
import { h } from '../../view/dom.js';
import { createScene } from '../../view/scene.js';
import { fit } from './fitted.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {import('../../figure/lesson/scene.js').Scene} Scene */

/**
 * Make the picture of a room whose answers are shown.
 *
 * @param {RoomView} room
 * @param {unknown} [own] the member's answer
 */
export function createPicture(room, own) {
  const { distribution, question } = room;
  if (!distribution || !question) return h('p', { class: 'room-quiet' }, 'There is no question.');
  // of a profile the first block that is asked about speaks for all
  const [truth, mine] = Array.isArray(room.truth)
    ? [truthText({ ...room, truth: room.truth[0] }), Array.isArray(own) ? own[0] : null]
    : [truthText(room), own];
  const word = truthWord(room);
  const at = question.kind === 'profile' ? ` at block ${placesOf(question)[0]}` : '';
  const head = h(
    'div',
    { class: 'room-answers-head' },
    truth
      ? h('p', { class: 'room-truth' }, `${word[0].toUpperCase()}${word.slice(1)}${at}: `, h('b', {}, truth))
      : null,
    question.kind === 'choice' || typeof mine !== 'number'
      ? null
      : h('p', {}, 'You: ', h('b', { class: 'room-own' }, valueText(question, mine))),
    distribution.sure_wrong === null
      ? null
      : h('p', { class: 'room-wrong' }, h('b', {}, String(distribution.sure_wrong)), ' were sure (4 or 5) and wrong.'),
  );
  const shown =
    question.kind === 'profile' ? band(room, own) : question.kind === 'choice' ? options(room, own) : bars(room, own);
  return h('figure', { class: 'room-answers' }, head, shown);
}

/** @param {(size: {width: number, height: number}) => Scene} of */
function drawn(of) {
  const scene = createScene();
  const place = h('div', { class: 'picture room-drawn' }, scene.element);
  fit(place, (size) => scene.draw(of(size)));
  return place;
}

/** @param {RoomView} room @param {unknown} own */
function bars(room, own) {
  const mine = typeof own === 'number' ? own : null;
  const found = barsOf(room).bars;
  const rows = found.map(({ name, counts }) => [name, String(counts.first), String(counts.last)]);
  const keys = [
    { name: 'first', text: 'first answer' },
    { name: 'last', text: 'last answer' },
    { name: 'box', text: 'the middle half' },
    ...(mine === null ? [] : [{ name: 'you', text: 'yours' }]),
  ];
  return h(
    'div',
    { class: 'room-shown' },
    drawn((size) => histogramScene(room, { ...size, own: mine })),
    legend(keys),
    h(
      'details',
      {},
      h('summary', {}, 'The same numbers as a table'),
      h('p', {}, quartileText(room)),
      table(['Answer', 'First', 'Last'], rows),
    ),
  );
}

/** @param {RoomView} room @param {unknown} own */
function options(room, own) {
  const { question } = room;
  const { bars: found } = barsOf(room);
  const right = room.truth;
  const rows = found.map((bar, i) => {
    const holds = right === i || right === question?.options[i];
    const yours = own === i || own === question?.options[i];
    const share = (/** @type {number} */ of, /** @type {string} */ name) => {
      const made = h('span', { class: name });
      made.style.width = `${of * 100}%`;
      return made;
    };
    return h(
      'li',
      { class: holds ? 'room-holds' : '' },
      h(
        'span',
        { class: 'room-option' },
        bar.name,
        holds ? h('b', { class: 'room-sign' }, 'holds') : null,
        yours ? h('b', { class: 'room-own room-sign' }, 'yours') : null,
      ),
      h(
        'span',
        { class: 'room-track', 'aria-hidden': 'true' },
        bar.last > 0 ? share(bar.last, 'room-share') : null,
        bar.first > 0 ? share(bar.first, 'room-share room-share-first') : null,
      ),
      h(
        'span',
        { class: 'room-counted' },
        String(bar.counts.last),
        h('span', { class: 'visually-hidden' }, ` answers, ${bar.counts.first} before the discussion`),
      ),
    );
  });
  return h(
    'div',
    { class: 'room-shown' },
    h('ul', { class: 'room-shares', 'aria-label': `${room.distribution?.answered ?? 0} answers` }, ...rows),
    legend([
      { name: 'first', text: 'first answer' },
      { name: 'last', text: 'last answer' },
    ]),
  );
}

/** @param {RoomView} room @param {unknown} own */
function band(room, own) {
  const mine = Array.isArray(own) ? own.map(Number) : null;
  const measured = new Map(measuredOf(room));
  const value = (/** @type {number|undefined} */ log) => (log === undefined ? '' : formatNumber(10 ** log));
  const rows = (room.distribution?.blocks ?? []).map(({ at, quartiles }) => [
    `Block ${at}`,
    ...[0, 1, 2].map((q) => value(quartiles[q])),
    value(measured.get(at)),
  ]);
  return h(
    'div',
    { class: 'room-shown' },
    room.question ? h('p', { class: 'room-axis' }, axisText(room.question)) : null,
    drawn((size) => bandScene(room, { ...size, own: mine })),
    legend(bandKeys(room, mine !== null)),
    h(
      'details',
      {},
      h('summary', {}, 'The same numbers as a table'),
      table(['Block', 'A quarter drew less than', 'Half', 'Three quarters', 'Measured'], rows),
    ),
  );
}

/** @param {{name: string, text: string}[]} keys */
function legend(keys) {
  return h(
    'p',
    { class: 'room-legend' },
    ...keys.map(({ name, text }) => h('span', { class: `room-key-${name}` }, text)),
  );
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  const made = h(
    'table',
    { class: 'room-table' },
    h('thead', {}, h('tr', {}, ...head.map((name) => h('th', { scope: 'col' }, name)))),
    h(
      'tbody',
      {},
      ...rows.map(([name, ...cells]) =>
        h('tr', {}, h('th', { scope: 'row' }, name), ...cells.map((cell) => h('td', {}, cell))),
      ),
    ),
  );
  return h('div', { class: 'room-scroll', tabindex: 0, role: 'region', 'aria-label': 'Numbers of the figure' }, made);
}
