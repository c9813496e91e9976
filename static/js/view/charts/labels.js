/**
 * @file The names of a chart's lines. Letter and name stand at their ends, or the letter alone if there is no room for
 *   names; lines without letters have rows above, each with a sample of its line. No label lies over another or over a
 *   line.
 */
import { h } from '../dom.js';
import { letterMark } from '../lettermark.js';

/** @typedef {import('../../figure/networks.js').Letter} Letter */
/** @typedef {{label: string, color: string, dash: string, letter?: Letter, paper?: string}} Named */
/** @typedef {{x: number, y: number}} Place */
/** @typedef {'beside'|'letters'|'above'} Form */

/** Below this width there is no room beside the lines. */
const NARROW = 240;
/** The height of a row above, and between labels at the ends. */
const ROW = 15;
const SAMPLE = 17;
const BESIDE = { least: 74, edge: 12, character: 7.2 };
const ABOVE = { edge: 10, character: 6.6, gap: 8 };
/** A letter's square, and with it the gap before the name. */
const LETTER = { alone: 26, beside: 18 };

/** A label may take so many pixels more than its third of the width before names give way. */
const TOLERANCE = 2;

/** @param {Named[]} series */
const letterRoom = (series) => (series.some(({ letter }) => letter) ? LETTER.beside : 0);
/** @param {Named[]} series */
const longestOf = (series) => Math.max(0, ...series.map(({ label }) => label.length));

/**
 * How are the lines named? Not beside them in a narrow chart, nor where the longest name has no room there.
 *
 * @param {Named[]} series
 * @param {number} width of the chart
 * @returns {Form}
 */
export function formOf(series, width) {
  const needed = BESIDE.edge + letterRoom(series) + BESIDE.character * longestOf(series);
  if (width >= NARROW && needed <= width / 3 + TOLERANCE) return 'beside';
  return series.every(({ letter }) => letter) ? 'letters' : 'above';
}

/**
 * The room that the labels need: on the right of the lines, and above them.
 *
 * @param {Named[]} series @param {number} width of the chart
 */
export function roomFor(series, width) {
  const form = formOf(series, width);
  if (form === 'letters') return { right: LETTER.alone, above: 0 };
  if (form === 'above') return { right: ABOVE.edge, above: ROW * rowsOf(series, width).length };
  const wanted = BESIDE.edge + letterRoom(series) + BESIDE.character * longestOf(series);
  return { right: Math.min(width / 3, Math.max(BESIDE.least, wanted)), above: 0 };
}

/**
 * The place of each label.
 *
 * @param {Named[]} series
 * @param {(number|null)[]} ends the height of each line's end in the area; null where it has none
 * @param {{left: number, top: number, width: number, height: number}} area @param {number} width of the chart
 * @returns {(Place|null)[]}
 */
export function placesOf(series, ends, area, width) {
  if (formOf(series, width) === 'above')
    return rowsOf(series, width)
      .flatMap((row, r) => row.map((x) => ({ x, y: r * ROW })))
      .map((place, i) => (ends[i] === null ? null : place));
  const heights = spread(
    ends.flatMap((y, i) => (y === null ? [] : [{ i, y }])),
    area.height,
  );
  return series.map((_, i) => {
    const y = heights.get(i);
    return y === undefined ? null : { x: area.left + area.width + 6, y: area.top + y - 8 };
  });
}

/**
 * Labels from left to right, as many in a row as fit: the left of each.
 *
 * @param {Named[]} series
 * @param {number} width
 * @returns {number[][]}
 */
function rowsOf(series, width) {
  /** @type {number[][]} */
  const rows = [];
  let x = Infinity;
  for (const { label } of series) {
    const long = SAMPLE + ABOVE.character * label.length;
    if (x + long > width - ABOVE.edge) {
      rows.push([]);
      x = ABOVE.edge;
    }
    rows.at(-1)?.push(x);
    x += long + ABOVE.gap;
  }
  return rows;
}

/**
 * Move what stands too close apart, inside the area.
 *
 * @param {{i: number, y: number}[]} ends
 * @param {number} height
 * @returns {Map<number, number>}
 */
function spread(ends, height) {
  const sorted = ends.map(({ i, y }) => ({ i, y: Math.min(height - 6, Math.max(6, y)) })).sort((a, b) => a.y - b.y);
  sorted.forEach((end, k) => {
    if (k > 0) end.y = Math.max(end.y, sorted[k - 1].y + ROW);
  });
  for (let k = sorted.length - 1, floor = height - 6; k >= 0; floor = sorted[k].y - ROW, k -= 1)
    sorted[k].y = Math.min(sorted[k].y, floor);
  return new Map(sorted.map(({ i, y }) => [i, y]));
}

/** Make the labels of a chart. */
export function createLabels() {
  const root = h('div', { class: 'chart-labels' });
  return {
    root,
    /** @param {Named[]} series @param {number} width */
    name(series, width) {
      const form = formOf(series, width);
      root.dataset.form = form;
      root.replaceChildren(
        ...series.map(({ label, color, dash, letter, paper = '' }) =>
          h(
            'span',
            { class: dash === 'solid' ? '' : 'dashed', style: `color:${color}` },
            letter && form !== 'above' ? letterMark({ letter, color, paper }) : null,
            form === 'letters' ? null : label,
          ),
        ),
      );
    },
    /** @param {(Place|null)[]} places */
    place(places) {
      places.forEach((place, i) => {
        const element = root.children[i];
        if (!(element instanceof HTMLElement)) return;
        element.hidden = place === null;
        if (place) element.style.transform = `translate(${place.x.toFixed(1)}px, ${place.y.toFixed(1)}px)`;
      });
    },
  };
}
