/**
 * @file A Plotly figure of several panels in the room that there is: as many beside each other as can be read, the
 *   others below. Pure.
 */
import { annotationsOf, panelsOf, titleText } from './panels.js';
import { arrangedPictures, isPictures } from './picturegrid.js';

/** @typedef {import('../drawing.js').Figure} Figure */
/** @typedef {import('./panels.js').Panel} Panel */
/** @typedef {import('./panels.js').Drawn} Drawn */
/** @typedef {import('../drawing.js').Trace} Trace */
/** @typedef {import('./panels.js').Rectangle} Rectangle */

/** A panel can be read from this width on, in pixels. */
const LEAST = 225;
const HEIGHT = 236;
/** A panel with depth, or with as many rows as columns, is as high as wide up to here. */
const TALL = 420;
/** Between two panels: for the scale of the right one, and for the lower one's title and the upper one's scale. */
const GAP = { x: 74, y: 84 };
export const MARGIN = { l: 66, r: 18, t: 34, b: 50 };
/** A surface has room for its numbers from this width on, in pixels. */
const ROOMY = 360;
/** In less it is looked at from so much farther off; its numbers are these, and its height is that of the colours. */
const AWAY = 1.12;
const FEW = { tickfont: { size: 9 }, nticks: 3 };
/** Room for a scale of colours. */
const BAR = 70;
/** A title's size and line, the width of its letters in the mean, all in pixels. */
const TITLE = { size: 13, line: 17, letter: 7.6 };
/** A title stands clear of the uppermost number of its scale. */
const RAISED = 5;
/** Between a scale and its title. */
const STANDOFF = 6;
const SQUARE = ['surface', 'heatmap', 'contour', 'image'];

/**
 * Arrange a figure.
 *
 * @param {Figure} figure
 * @param {number} width
 * @returns {Figure} one of another size, without a legend of its own
 */
export function arranged(figure, width) {
  const panels = panelsOf(figure);
  if (panels && isPictures(figure, panels)) return arrangedPictures(figure, panels, width);
  const bars = figure.data.some(
    ({ colorbar, showscale, type }) =>
      colorbar || (SQUARE.includes(String(type)) && showscale !== false && type !== 'image'),
  );
  const margin = { ...MARGIN, r: bars ? BAR : MARGIN.r };
  const layout = { ...figure.layout, width, margin, showlegend: false, autosize: false };
  if (!panels || panels.length === 0) return { data: figure.data, layout: { ...layout, height: TALL } };
  const room = width - margin.l - margin.r;
  const rows = rowsOf(panels, room);
  const tall = panels.some(({ traces }) => traces.some(({ type }) => SQUARE.includes(String(type))));
  const most = Math.max(...rows.map(({ length }) => length));
  const height = tall ? Math.min(TALL, Math.max(HEIGHT, (room - GAP.x * (most - 1)) / most)) : HEIGHT;
  const letters = (room - GAP.x * (most - 1)) / most / TITLE.letter;
  const lines = Math.max(1, ...panels.map(({ title }) => broken(title, letters).length));
  const gap = GAP.y + (lines - 1) * TITLE.line;
  margin.t += (lines - 1) * TITLE.line;
  const inner = rows.length * height + (rows.length - 1) * gap;
  /** @type {[Panel, Rectangle][]} */
  const moved = rows.flatMap((row, r) =>
    row.map((panel, c) => {
      const wide = (room - GAP.x * (row.length - 1)) / row.length;
      const left = c * (wide + GAP.x);
      const top = inner - r * (height + gap);
      return /** @type {[Panel, Rectangle]} */ ([
        panel,
        { left: left / room, right: (left + wide) / room, bottom: (top - height) / inner, top: top / inner },
      ]);
    }),
  );
  return {
    data: figure.data.map((trace) => withBar(trace, moved)),
    layout: {
      ...layout,
      ...commonBar(figure.layout, height),
      ...Object.fromEntries(
        moved.flatMap(([panel, place]) => placed(figure.layout, panel, place, room * (place.right - place.left))),
      ),
      height: Math.round(inner + margin.t + margin.b),
      annotations: annotationsOf(figure.layout).map((one) => titled(follow(one, moved), one, moved, letters)),
      shapes: /** @type {Drawn[]} */ (figure.layout.shapes ?? []).map((one) => follow(one, moved)),
    },
  };
}

/**
 * Rows as they come where they can be read, else as many panels in a row as can; a row of fewer has wider ones.
 *
 * @param {Panel[]} panels @param {number} room
 */
function rowsOf(panels, room) {
  /** @type {Panel[][]} */
  const own = [];
  for (const panel of panels) {
    const row = own.at(-1);
    if (row && Math.abs(row[0].place.top - panel.place.top) < 1e-6) row.push(panel);
    else own.push([panel]);
  }
  const most = Math.max(...own.map(({ length }) => length));
  const fit = Math.max(1, Math.floor((room + GAP.x) / (LEAST + GAP.x)));
  if (fit >= most) return own;
  return Array.from({ length: Math.ceil(panels.length / fit) }, (_, r) => panels.slice(r * fit, (r + 1) * fit));
}

/**
 * @param {Figure['layout']} layout @param {Panel} panel @param {Rectangle} place @param {number} width of the place
 * @returns {[string, object][]}
 */
function placed(layout, { parts }, { left, right, bottom, top }, width) {
  return parts.map((name) => {
    const own = /** @type {Record<string, object|undefined>} */ (layout[name] ?? {});
    if (name.startsWith('scene'))
      return [name, { ...own, ...stoodBack(own, width), domain: { x: [left, right], y: [bottom, top] } }];
    const { title } = /** @type {import('./panels.js').Axis} */ (own);
    const said = { text: titleText(title), standoff: STANDOFF, font: { size: 12 } };
    return [name, { ...own, title: said, domain: name.startsWith('x') ? [left, right] : [bottom, top] }];
  });
}

/**
 * The numbers beside a surface do not shrink with it: in a narrow place they are small and few, and it is looked at
 * from a little farther off.
 *
 * @param {Record<string, object|undefined> & {camera?: {eye?: Record<string, number>}}} scene @param {number} width
 */
function stoodBack({ camera, ...scene }, width) {
  if (!camera?.eye || width >= ROOMY) return {};
  const eye = Object.fromEntries(Object.entries(camera.eye).map(([name, value]) => [name, value * AWAY]));
  const axes = ['xaxis', 'yaxis', 'zaxis'].map((name) => [name, { ...scene[name], ...FEW }]);
  const made = Object.fromEntries(axes);
  return { camera: { ...camera, eye }, ...made, zaxis: { ...made.zaxis, showticklabels: false } };
}

/**
 * The title of a panel stands over its left edge, on as many lines as it needs.
 *
 * @param {Drawn} one @param {Drawn} before as it came @param {[Panel, Rectangle][]} moved @param {number} letters
 */
function titled(one, before, moved, letters) {
  const [panel, place] = moved.find(([{ titled: own }]) => own === before) ?? [];
  if (!panel || !place) return one;
  const text = `<b>${broken(panel.title, letters).join('<br>')}</b>`;
  return { ...one, text, x: place.left, xanchor: 'left', align: 'left', yshift: RAISED, font: { size: TITLE.size } };
}

/** A text in lines of at most so many letters, unless a word has more. @param {string} text @param {number} letters */
function broken(text, letters) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A text or a shape on the paper follows its panel. @param {Drawn} one @param {[Panel, Rectangle][]} moved */
function follow(one, moved) {
  if (one.xref !== 'paper' && one.yref !== 'paper') return one;
  const at = moved.find(([{ titled }]) => titled === one) ?? nearest(one, moved);
  const [{ place }, next] = at;
  const x = scaled(place.left, place.right, next.left, next.right);
  const y = scaled(place.bottom, place.top, next.bottom, next.top);
  return {
    ...one,
    ...(one.xref === 'paper' ? through(one, /** @type {const} */ (['x', 'x0', 'x1']), x) : {}),
    ...(one.yref === 'paper' ? through(one, /** @type {const} */ (['y', 'y0', 'y1']), y) : {}),
  };
}

/**
 * @param {Drawn} one @param {readonly ('x'|'x0'|'x1'|'y'|'y0'|'y1')[]} names @param {(value: number) => number} move
 */
function through(one, names, move) {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = one[name];
      return value === undefined ? [] : [[name, move(value)]];
    }),
  );
}

/** @param {Drawn} one @param {[Panel, Rectangle][]} moved */
function nearest(one, moved) {
  const x = one.x ?? one.x0 ?? 0.5;
  const y = one.y ?? one.y0 ?? 0.5;
  const away = (/** @type {Rectangle} */ { left, right, bottom, top }) =>
    Math.hypot(x - (left + right) / 2, y - (bottom + top) / 2);
  return moved.reduce((best, one_) => (away(one_[0].place) < away(best[0].place) ? one_ : best));
}

/** @param {number} a @param {number} b @param {number} c @param {number} d */
function scaled(a, b, c, d) {
  return (/** @type {number} */ value) => c + ((value - a) / (b - a)) * (d - c);
}

/**
 * A scale of colours that panels share is as high as one of them.
 *
 * @param {Figure['layout']} layout @param {number} height
 */
function commonBar(layout, height) {
  const axis = /** @type {{colorbar?: object}|undefined} */ (layout.coloraxis);
  if (!axis?.colorbar) return {};
  const bar = { ...axis.colorbar, len: height, lenmode: 'pixels', y: 1, yanchor: 'top' };
  return { coloraxis: { ...axis, colorbar: bar } };
}

/** A scale of colours beside its own panel. @param {Trace} trace @param {[Panel, Rectangle][]} moved */
function withBar(trace, moved) {
  const own = /** @type {{x?: number}|undefined} */ (trace.colorbar);
  if (own?.x === undefined) return trace;
  const [, next] = moved.find(([{ traces }]) => traces.includes(trace)) ?? [];
  if (!next) return trace;
  const bar = { x: next.right + 0.01, y: (next.top + next.bottom) / 2, len: next.top - next.bottom };
  return { ...trace, colorbar: { ...own, ...bar, xanchor: 'left', yanchor: 'middle' } };
}
