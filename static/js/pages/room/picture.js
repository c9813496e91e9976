/** @file The answers of a class as a picture: before the discussion, after it, and the truth; and as a table. */
import { barsOf, truthText, valueText } from '../../figure/room/answers.js';
import { formatDecade } from '../../figure/scale.js';
import { h, svg } from '../../view/dom.js';

/** @typedef {import('../../wire').RoomView} RoomView */

const WIDTH = 800;
const HEIGHT = 360;
const FLOOR = 310;
const TOP = 50;

/**
 * Make the picture of a room whose answers are shown.
 *
 * @param {RoomView} room
 * @param {unknown} [own] the member's answer
 */
export function createPicture(room, own) {
  const { distribution, question } = room;
  if (!distribution || !question) return h('p', { class: 'room-quiet' }, 'There is no question.');
  const truth = truthText(room);
  const parts = [
    truth ? h('p', { class: 'room-truth' }, 'Measured: ', h('b', {}, truth)) : null,
    own === undefined || own === null
      ? null
      : h('p', {}, 'You: ', h('b', { class: 'room-own' }, valueText(question, own))),
    question.kind === 'profile' ? quartiles(room) : bars(room),
    distribution.sure_wrong === null
      ? null
      : h('p', { class: 'room-wrong' }, h('b', {}, String(distribution.sure_wrong)), ' were sure (4 or 5) and wrong.'),
  ];
  return h('figure', { class: 'room-answers' }, ...parts);
}

/** @param {RoomView} room */
function bars(room) {
  const { bars: found, truth } = barsOf(room);
  const high = FLOOR - TOP;
  const x = (/** @type {number} */ share) => Math.round(share * WIDTH * 10) / 10;
  const drawn = found.flatMap((bar) => {
    const left = x(bar.x) + 3;
    const width = Math.max(2, x(bar.width) - 6);
    const middle = left + width / 2;
    const box = (/** @type {number} */ share, /** @type {string} */ name) =>
      svg('rect', { class: name, x: left, y: FLOOR - share * high, width, height: share * high });
    return [
      box(bar.last, 'room-last'),
      box(bar.first, 'room-first'),
      svg('text', { x: middle, y: FLOOR - bar.last * high - 6, class: 'room-count' }, bar.count),
      svg('text', { x: middle, y: FLOOR + 24 }, bar.label),
    ];
  });
  const line = truth === null ? null : svg('path', { class: 'room-line', d: `M${x(truth)},${TOP - 30}V${FLOOR}` });
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${room.distribution?.answered} answers` },
    ...drawn,
    svg('path', { class: 'room-floor', d: `M0,${FLOOR}H${WIDTH}` }),
    line,
  );
  const rows = found.map(({ name, counts }) => [name, String(counts.first), String(counts.last)]);
  const legend = h(
    'p',
    { class: 'room-legend' },
    h('span', { class: 'room-first-key' }, 'first answer'),
    h('span', { class: 'room-last-key' }, 'last answer'),
  );
  return h('div', {}, picture, legend, table(['Answer', 'First', 'Last'], rows));
}

/** @param {RoomView} room */
function quartiles({ distribution, truth }) {
  const rows = (distribution?.blocks ?? []).map(({ at, quartiles: found }, i) => [
    `Block ${at}`,
    ...[0, 1, 2].map((q) => (found.length > 0 ? formatDecade(Math.round(found[q])) : '')),
    Array.isArray(truth) ? formatDecade(Math.round(Math.log10(truth[i]))) : '',
  ]);
  return table(['Block', 'A quarter drew less than', 'Half', 'Three quarters', 'Measured'], rows, true);
}

/** @param {string[]} head @param {string[][]} rows @param {boolean} [open] */
function table(head, rows, open = false) {
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
  return h('details', { open }, h('summary', {}, 'The same numbers as a table'), made);
}
