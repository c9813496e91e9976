/**
 * @file The names of a chart's lines: at their ends or, if there is no room beside them, in rows above, each with a
 * sample of its line. No label lies over another or over a line.
 */
import { h } from '../dom.js';

/** @typedef {{label: string, color: string, dash: string}} Named */
/** @typedef {{x: number, y: number}} Place */

/** Below this width there is no room beside the lines. */
const NARROW = 240;
/** The height of a row above, and between labels at the ends. */
const ROW = 15;
const SAMPLE = 17;
const BESIDE = { least: 74, edge: 12, character: 7.2 };
const ABOVE = { edge: 10, character: 6.6, gap: 8 };

/** A label may take so many pixels more than its third of the width before all go above. */
const TOLERANCE = 2;

/**
 * Do the labels stand in rows above the lines? They do in a narrow chart, and where the longest has no room beside.
 *
 * @param {Named[]} series
 * @param {number} width of the chart
 */
export function areAbove(series, width) {
  const longest = Math.max(0, ...series.map(({ label }) => label.length));
  return width < NARROW || BESIDE.edge + BESIDE.character * longest > width / 3 + TOLERANCE;
}

/**
 * The room that the labels need: on the right of the lines, and above them.
 *
 * @param {Named[]} series @param {number} width of the chart
 */
export function roomFor(series, width) {
  if (areAbove(series, width)) return { right: ABOVE.edge, above: ROW * rowsOf(series, width).length };
  const longest = Math.max(0, ...series.map(({ label }) => label.length));
  return { right: Math.min(width / 3, Math.max(BESIDE.least, BESIDE.edge + BESIDE.character * longest)), above: 0 };
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
  if (areAbove(series, width))
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
      root.classList.toggle('above', areAbove(series, width));
      root.replaceChildren(
        ...series.map(({ label, color, dash }) =>
          h('span', { class: dash === 'solid' ? '' : 'dashed', style: `color:${color}` }, label),
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
