/** @file A block from top to bottom, for little room: forward down on the left, the gradient up on the right. */
import { node, round, words } from '../lesson/scene.js';
import { formatNumber } from '../scale.js';
import { arrow, box, percent, plus, textWidth, widthsOf, wire } from './marks.js';

/** @typedef {import('../lesson/scene.js').Node} Node */
/** @typedef {import('../lesson/scene.js').Scene} Scene */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('./part.js').Part} Part */
/** @typedef {import('./marks.js').Hue} Hue */

const ROW = 44;
const FEWEST = 3;
const BOX = { w: 118, h: 36 };
/** Half the distance between the way down and the way up. */
const APART = 14;

/**
 * Draw a block in a width.
 *
 * @param {Reading} reading @param {number} width
 * @returns {Scene}
 */
export function tallBlock(reading, width) {
  const { on, dropped, x, fork, f, skip, y, before, branch, after } = reading;
  const middle = width / 2;
  const [left, right] = [middle - BOX.w / 2, middle + BOX.w / 2];
  const [out, back] = [18, width - 18];
  const hue = /** @type {Hue} */ (dropped ? 'cut' : on ? 'residual' : 'plain');
  const [forth, grad] = [widthsOf(f.rms, skip.rms), widthsOf(f.gradient, skip.gradient)];
  let at = 46;
  const next = (/** @type {number} */ room) => {
    at += room;
    return at - room / 2;
  };
  const rows = (/** @type {Part[]} */ parts, room = ROW) => parts.map((part) => ({ part, y: next(room) }));
  const top = at;
  const atX = next(34);
  const first = rows(before);
  const atFork = next(64);
  // the texts along the shortcut need the height of so many layers
  const inner = rows(branch, Math.max(ROW, (FEWEST * ROW) / branch.length));
  const atF = next(30);
  const atPlus = next(34);
  const last = rows(after);
  const atY = next(40);
  const boxes = (/** @type {{part: Part, y: number}[]} */ list, /** @type {Hue} */ own) =>
    list.flatMap((row) => [
      ...box(row.part, own, { x: middle, y: row.y, ...BOX }),
      ...beside(row.part, row.y, left, right),
    ]);
  const ways = (
    /** @type {number} */ from,
    /** @type {number} */ to,
    /** @type {Hue} */ own,
    /** @type {typeof forth} */ w,
    /** @type {typeof grad} */ g,
  ) => [
    wire(`M${middle - APART},${from}V${to}`, own, w.residual),
    wire(`M${middle + APART},${from}V${to}`, own, g.residual),
  ];
  const thin = { residual: 2, identity: 2 };
  const plain = { residual: 3, identity: 2 };
  return {
    width,
    height: at + 4,
    label: '',
    in: [
      words(left - 8, 16, 'forward ↓', 'heading', 'end'),
      words(left - 8, 31, 'RMS', 'soft', 'end'),
      words(right + 8, 16, '↑ backward', 'heading'),
      words(right + 8, 31, 'gradient, RMS', 'soft'),
      ...ways(top + 17, atFork, 'trunk', thin, thin),
      ...ways(atFork, atPlus, hue, on ? forth : plain, on ? grad : plain),
      ...ways(atPlus, atY, 'trunk', thin, thin),
      ...sides(reading, { out, back, atFork, atPlus, middle }, forth.identity, grad.identity),
      ...ends(atX, left, right, ['x', x.shape, formatNumber(x.rms)], ['∂L/∂x', formatNumber(x.gradient)]),
      ...boxes(first, 'trunk'),
      ...(on
        ? [
            words(right + 8, atFork + 21, `F: ${dropped ? 'dropped' : formatNumber(f.gradient)}`, `strong ${hue}`),
            words(right + 8, atFork - 10, fork === x ? 'added at x' : `added: ${formatNumber(fork.gradient)}`, 'soft'),
          ]
        : [words(right + 8, atFork + 4, 'all through F', 'soft')]),
      arrow(middle + APART, atFork + 5, 'up', hue, on ? grad.residual : 3),
      ...boxes(inner, hue),
      words(left - 8, atF + 3, `F(x) ${dropped ? 'dropped' : formatNumber(f.rms)}`, `strong ${hue}`, 'end'),
      arrow(middle - APART, atPlus - 12, 'down', hue, on ? forth.residual : 3),
      ...(on ? plus(middle, atPlus) : []),
      ...boxes(last, 'trunk'),
      ...ends(atY, left, right, ['y', y.shape, formatNumber(y.rms)], ['∂L/∂y', formatNumber(y.gradient)]),
    ],
  };
}

/** A layer's numbers: forward on the left, backward on the right. */
/** @param {Part} part @param {number} y @param {number} left @param {number} right @returns {Node[]} */
function beside(part, y, left, right) {
  const forward = Number.isNaN(part.rms)
    ? []
    : [
        words(left - 8, y + (Number.isNaN(part.zeros) ? 4 : -2), formatNumber(part.rms), 'number', 'end'),
        ...(Number.isNaN(part.zeros) ? [] : [words(left - 8, y + 12, `zeros ${percent(part.zeros)}`, 'soft', 'end')]),
      ];
  const backward = Number.isNaN(part.weight)
    ? Number.isNaN(part.gradient)
      ? []
      : [words(right + 8, y + 4, formatNumber(part.gradient), 'number')]
    : [words(right + 8, y - 3, '‖∂W‖', 'soft'), words(right + 8, y + 11, formatNumber(part.weight), 'number')];
  return [...forward, ...backward];
}

/**
 * The tensor at an end, with both its numbers.
 *
 * @param {number} y @param {number} left @param {number} right
 * @param {[string, string, string]} tensor @param {[string, string]} gradient
 * @returns {Node[]}
 */
function ends(y, left, right, [name, size, rms], [symbol, gradient]) {
  return [
    node('rect', { x: round(left), y: round(y - 13), width: BOX.w, height: 26, rx: 13, class: 'layer end' }),
    words(left + 22, y + 4, name, 'strong', 'end'),
    words(left + 30, y + 4, size, 'shape'),
    words(left - 8, y + 4, rms, 'number', 'end'),
    words(right + 8, y - 2, symbol, 'strong'),
    words(right + 8, y + 12, gradient, 'number'),
  ];
}

/**
 * The shortcut, down on the left and up on the right.
 *
 * @param {Reading} reading
 * @param {{out: number, back: number, atFork: number, atPlus: number, middle: number}} at
 * @param {number} forth @param {number} grad their widths
 * @returns {Node[]}
 */
function sides({ on, bridge, shortcut, skip, bare }, { out, back, atFork, atPlus, middle }, forth, grad) {
  const hue = on ? 'identity' : 'cut';
  const [low, high] = [atPlus, atFork];
  const down =
    `M${middle - APART},${high}H${out + 10}Q${out},${high} ${out},${high + 10}` +
    `V${low - 10}Q${out},${low} ${out + 10},${low}H${middle - 12}`;
  const up =
    `M${middle + 12},${low}H${back - 10}Q${back},${low} ${back},${low - 10}` +
    `V${high + 10}Q${back},${high} ${back - 10},${high}H${middle + APART}`;
  const centre = (atFork + atPlus) / 2;
  const listed = shortcut.map(({ short }) => short).join(', ');
  const nicknames = bare ? ['x: the identity', 'identity'] : [`x, then ${listed}`, listed, 'shortcut'];
  const along = (/** @type {number} */ x, /** @type {string} */ text) =>
    node(
      'g',
      { transform: `rotate(-90 ${round(x)} ${round(centre)})` },
      words(x, centre, text, on ? 'strong identity' : 'soft', 'middle'),
    );
  return [
    wire(down, hue, on ? forth : 2),
    ...(on
      ? [wire(up, hue, grad), arrow(back, atFork + 22, 'up', hue, grad), arrow(out, atFork + 40, 'down', hue, forth)]
      : []),
    along(out + 19, on ? fitting([bridge, ...nicknames], atPlus - atFork - 44) : 'the skip is cut'),
    ...(on
      ? [
          words(out, atPlus + 18, `${bare ? 'x' : 'shortcut'} ${formatNumber(skip.rms)}`, 'number identity'),
          along(back - 11, `by the skip: ${formatNumber(skip.gradient)}`),
        ]
      : []),
  ];
}

/** The first text that fits a length, or else the last. @param {string[]} texts @param {number} length */
function fitting(texts, length) {
  return texts.find((text) => text !== '' && textWidth(text, 12.5) <= length) ?? texts[texts.length - 1];
}
