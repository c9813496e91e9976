/** @file The networks of a class as dots, each a link to a copy; the one in hand shows its profile. */
import { dotsOf, neighbour } from '../../figure/room/dots.js';
import { miniatureText } from '../../figure/room/miniature.js';
import { h, svg } from '../../view/dom.js';
import { createCard } from './card.js';
import { fit } from './fitted.js';

/** @typedef {import('../../figure/room/dots.js').Placed} Placed */
/** @typedef {ReturnType<typeof dotsOf>} Found */

const LEFT = 44;
const RIGHT = 14;
const TOP = 8;
const FOOT = 40;
/** A dot, and a little air. */
const WIDE = 14;
const SYMBOLS = /** @type {const} */ ([
  ['circle', 'no normalisation'],
  ['square', 'BatchNorm'],
  ['diamond', 'GroupNorm'],
]);

/** Make the figure. */
export function createNetworks() {
  const drawing = svg('svg', { class: 'scene', role: 'group' });
  const card = createCard();
  const place = h('div', { class: 'picture room-drawn room-dots' }, drawing);
  const none = h('p', { class: 'room-quiet' });
  const figure = h(
    'figure',
    { class: 'room-wall-networks', hidden: true },
    h('figcaption', {}, h('b', {}, 'Your networks now'), ' gradient at the first block, over that at the last'),
    place,
    legend(),
    none,
  );
  /** @type {Placed[]} */
  let seats = [];
  let hidden = false;
  let size = { width: 0, height: 0 };
  let written = '';
  /** The dot that the keyboard comes to. */
  let current = -1;
  /** @type {Map<number, SVGElement>} */
  const links = new Map();

  const draw = () => {
    if (size.width === 0) return;
    const found = dotsOf(seats, WIDE / size.width);
    if (!found.dots.some(({ seat }) => seat === current)) current = found.dots[0]?.seat ?? -1;
    const focused = document.activeElement;
    const had = [...links].find(([, link]) => link === focused)?.[0];
    links.clear();
    drawing.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
    drawing.setAttribute('aria-label', `${found.dots.length} networks; arrow keys lead from one to the next`);
    const dots = found.dots.map((dot) => dotted(dot, found));
    const counts = found.crowds.map(({ x, y, count }) =>
      svg(
        'text',
        { class: 'room-count', x: xOf(x, size), y: Math.max(14, yOf(y, size) - 9), 'text-anchor': 'middle' },
        `${count} here`,
      ),
    );
    drawing.replaceChildren(...axes(found, size), ...dots, ...counts);
    if (had !== undefined) links.get(had)?.focus();
  };

  /** @param {Found['dots'][number]} dot @param {Found} found */
  const dotted = (dot, found) => {
    const network = seats.find(({ seat }) => seat === dot.seat)?.network;
    const words = `${hidden ? '' : `${dot.name}: `}${dot.label}`;
    const link = svg(
      'a',
      {
        href: network?.address ?? '/',
        target: '_blank',
        rel: 'noopener',
        'aria-label': `${words}. ${network ? miniatureText(network.profile) : ''}. Open a copy`,
        tabindex: dot.seat === current ? 0 : -1,
        class: 'room-dot',
        transform: `translate(${xOf(dot.x, size)},${yOf(dot.y, size)})`,
      },
      svg('circle', { r: 9, class: 'dot-reach' }),
      svg('path', { d: shapeOf(dot.symbol), class: dot.filled ? 'room-mark room-mark-skips' : 'room-mark' }),
    );
    links.set(dot.seat, link);
    if (network) card.serve(link, { network, name: hidden ? '' : dot.name });
    link.addEventListener('focus', () => {
      links.get(current)?.setAttribute('tabindex', '-1');
      current = dot.seat;
      link.setAttribute('tabindex', '0');
    });
    link.addEventListener('keydown', (event) => {
      const next = neighbour(found.dots, dot.seat, event.key);
      if (!next && !event.key.startsWith('Arrow')) return;
      // the arrows of the wall go on with the phases
      event.stopPropagation();
      event.preventDefault();
      if (next) links.get(next.seat)?.focus();
    });
    return link;
  };

  fit(place, (next) => {
    size = next;
    draw();
  });
  return {
    element: h('div', { class: 'room-networks' }, figure, card.element),
    /** @param {Placed[]} next @param {boolean} hide their names */
    update(next, hide) {
      const now = JSON.stringify([next.map(({ seat, name, network }) => [seat, name, network.address]), hide]);
      if (now === written) return; // the hand may be on a dot
      written = now;
      [seats, hidden] = [next, hide];
      figure.hidden = seats.length === 0;
      const without = seats.filter(({ network }) => network.ratio === null || network.ratio <= 0).length;
      none.textContent = without > 0 ? `${without} without a finite gradient are not drawn.` : '';
      card.close();
      draw();
    },
  };
}

/** @param {number} share @param {{width: number}} size */
function xOf(share, { width }) {
  return Math.round((LEFT + share * (width - LEFT - RIGHT)) * 10) / 10;
}

/** @param {number} share @param {{height: number}} size */
function yOf(share, { height }) {
  return Math.round((TOP + share * (height - TOP - FOOT)) * 10) / 10;
}

/** @param {Found} found @param {{width: number, height: number}} size */
function axes({ depths, ratios }, size) {
  const { width, height } = size;
  return [
    ...ratios.map(({ y, name }) =>
      svg('line', { class: name === '1' ? 'unit' : 'grid', x1: LEFT, y1: yOf(y, size), x2: width, y2: yOf(y, size) }),
    ),
    ...ratios.map(({ y, name }) =>
      svg('text', { class: 'tick', x: LEFT - 6, y: yOf(y, size) + 4, 'text-anchor': 'end' }, name),
    ),
    ...depths.map(({ x, name }) =>
      svg('text', { class: 'tick', x: xOf(x, size), y: height - 22, 'text-anchor': 'middle' }, name),
    ),
    svg('text', { class: 'axis', x: (LEFT + width) / 2, y: height - 5, 'text-anchor': 'middle' }, 'layers'),
  ];
}

function legend() {
  return h(
    'p',
    { class: 'room-legend' },
    h('span', { class: 'room-key-skips' }, 'filled: with skips'),
    ...SYMBOLS.map(([symbol, text]) =>
      h(
        'span',
        {},
        svg(
          'svg',
          { viewBox: '-7 -7 14 14', 'aria-hidden': 'true' },
          svg('path', { d: shapeOf(symbol), class: 'room-mark' }),
        ),
        text,
      ),
    ),
  );
}

/** @param {string} symbol */
function shapeOf(symbol) {
  if (symbol === 'circle') return 'M-5,0a5,5 0 1 0 10,0a5,5 0 1 0 -10,0';
  return symbol === 'square' ? 'M-4.4,-4.4h8.8v8.8h-8.8z' : 'M0,-6l6,6l-6,6l-6,-6z';
}
