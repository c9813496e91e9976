/**
 * @file A figure of small pictures, as maps are: its rows stay rows, and a row that is too long for the page goes on
 *   below itself. Pure.
 */
import { annotationsOf, near, titleText } from './panels.js';

/** @typedef {import('../drawing.js').Figure} Figure */
/** @typedef {import('./panels.js').Panel} Panel */

/** A picture can be read from this width on, and needs no more than this height, in pixels. */
const LEAST = 84;
const MOST = 124;
const GAP = { x: 14, y: 16 };
const MARGIN = { l: 46, r: 14, t: 30, b: 12 };
/** The line of a title, and the width of its letters in the mean. */
const TITLE = { size: 12, line: 20, letter: 7.4 };

/** Has a figure pictures alone, whose axes say nothing? @param {Figure} figure @param {Panel[]} panels */
export function isPictures({ layout }, panels) {
  const bare = (/** @type {string} */ name) =>
    /** @type {{showticklabels?: boolean}|undefined} */ (layout[name])?.showticklabels === false;
  return panels.length > 1 && panels.every(({ parts, traces }) => parts.every(bare) && traces[0]?.type === 'heatmap');
}

/** Different numbers, in order. @param {number[]} values */
function distinct(values) {
  return values.sort((a, b) => a - b).filter((value, i) => i === 0 || !near(value, values[i - 1]));
}

/** @param {number[]} values @param {number} value */
function indexOf(values, value) {
  return values.findIndex((one) => near(one, value));
}

/**
 * @param {Figure} figure
 * @param {Panel[]} panels
 * @param {number} width
 * @returns {Figure}
 */
export function arrangedPictures(figure, panels, width) {
  const room = width - MARGIN.l - MARGIN.r;
  const lefts = distinct(panels.map(({ place }) => place.left));
  const tops = distinct(panels.map(({ place }) => -place.top));
  const fit = Math.max(1, Math.min(lefts.length, Math.floor((room + GAP.x) / (LEAST + GAP.x))));
  const wide = (room - GAP.x * (fit - 1)) / fit;
  const high = Math.min(wide, MOST);
  const lines = Math.ceil(lefts.length / fit);
  // a column may have a title over a place in which the first row has nothing
  const named = lefts.map((left) => {
    const place = panels.find((one) => near(one.place.left, left))?.place;
    const middle = place ? (place.left + place.right) / 2 : NaN;
    return annotationsOf(figure.layout).find(({ x = NaN, xref }) => xref === 'paper' && near(x, middle)) ?? null;
  });
  // a title that is wider than its picture would lie over the next one: its words after the comma go
  const titles = named.map((one) => {
    const text = String(one?.text ?? '');
    return text.length * TITLE.letter > wide ? text.split(',')[0] : text;
  });
  const placed = panels.map((panel) => {
    const column = indexOf(lefts, panel.place.left);
    const row = indexOf(tops, -panel.place.top);
    return { panel, column, row, line: row * lines + Math.floor(column / fit) };
  });
  /** Only the first line has titles where all have the same. @param {number} line */
  const isTitled = (line) => lines > 1 || line === 0;
  /** @type {number[]} the upper end of each line, from above */
  const ends = [];
  let inner = 0;
  for (let line = 0; line < tops.length * lines; line += 1) {
    if (line > 0 && isTitled(line)) inner += TITLE.line;
    ends.push(inner);
    inner += high + GAP.y;
  }
  inner -= GAP.y;
  const at = placed.map(({ panel, column, line }) => {
    const left = (column % fit) * (wide + GAP.x);
    return {
      panel,
      x: /** @type {[number, number]} */ ([left / room, Math.min(1, (left + wide) / room)]),
      y: /** @type {[number, number]} */ ([1 - (ends[line] + high) / inner, 1 - ends[line] / inner]),
    };
  });
  const axes = at.flatMap(({ panel, x, y }) =>
    panel.parts.map((name) => {
      const own = /** @type {import('./panels.js').Axis} */ (figure.layout[name] ?? {});
      return [
        name,
        { ...own, title: { text: '' }, domain: name.startsWith('x') ? x : y.map((value) => Math.max(0, value)) },
      ];
    }),
  );
  // beside the line, not beside the picture: that of a row without its first picture would stand in the middle
  const names = placed.flatMap(({ panel, column }, i) => {
    const name = panel.parts.find((part) => part.startsWith('y')) ?? '';
    const text = titleText(/** @type {import('./panels.js').Axis|undefined} */ (figure.layout[name])?.title);
    return column === 0 && text !== '' ? [{ text, y: (at[i].y[0] + at[i].y[1]) / 2 }] : [];
  });
  const others = annotationsOf(figure.layout).filter((one) => !named.includes(one));
  const heads =
    lines > 1
      ? placed.map(({ column }, i) => ({ title: titles[column], x: at[i].x[0], y: at[i].y[1] }))
      : titles.map((title, column) => ({ title, x: (column * (wide + GAP.x)) / room, y: 1 }));
  return {
    data: figure.data,
    layout: {
      ...figure.layout,
      ...Object.fromEntries(axes),
      width,
      height: Math.round(inner + MARGIN.t + MARGIN.b),
      margin: { ...MARGIN },
      showlegend: false,
      autosize: false,
      annotations: [
        ...others,
        ...names.map(({ text, y }) => ({
          text,
          x: 0,
          y,
          xref: 'paper',
          yref: 'paper',
          xanchor: 'right',
          xshift: -6,
          yanchor: 'middle',
          textangle: -90,
          showarrow: false,
          font: { size: 11 },
        })),
        ...heads
          .filter(({ title }) => title !== '')
          .map(({ title, x, y }) => ({
            text: `<b>${title}</b>`,
            x,
            y,
            xref: 'paper',
            yref: 'paper',
            xanchor: 'left',
            yanchor: 'bottom',
            showarrow: false,
            font: { size: TITLE.size },
          })),
      ],
    },
  };
}
