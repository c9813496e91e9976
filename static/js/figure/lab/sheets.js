/** @file The numbers of a Plotly figure as tables, one a panel, and as CSV. Pure. */
import { panelsOf, titleText } from './panels.js';

/** @typedef {import('../drawing.js').Figure} Figure */
/** @typedef {import('../drawing.js').Trace} Trace */
/** @typedef {import('./panels.js').Panel} Panel */
/** @typedef {string|number} Place on an axis */
/** @typedef {(number|string|null)[]} Cell all that was measured there, mostly one number */
/** @typedef {{title: string, corner: string, heads: string[], rows: {name: string, cells: Cell[]}[]}} Sheet */

/** @param {Figure} figure @returns {Sheet[]} */
export function sheetsOf(figure) {
  return (panelsOf(figure) ?? [])
    .flatMap((panel) => {
      const grids = panel.traces.filter(({ z }) => Array.isArray(z) || isPacked(z));
      const lines = panel.traces.filter((trace) => !grids.includes(trace) && trace.type !== 'image');
      return [
        ...(lines.length > 0 ? [lineSheet(figure, panel, lines)] : []),
        ...grids.map((grid) => gridSheet(figure, panel, grid)),
      ];
    })
    .filter(({ rows }) => rows.length > 0);
}

/** One number a line, with its panel, its series and its place. @param {Figure} figure */
export function csvOf(figure) {
  const lines = sheetsOf(figure).flatMap(({ title, heads, rows }) =>
    rows.flatMap(({ name, cells }) =>
      cells.flatMap((cell, c) => cell.map((value) => [title, heads[c], name, value === null ? '' : String(value)])),
    ),
  );
  return `${[['panel', 'series', 'at', 'value'], ...lines].map((line) => line.map(quoted).join(',')).join('\n')}\n`;
}

/** @param {string} text */
function quoted(text) {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {Figure} figure @param {Panel} panel @param {Trace[]} traces @returns {Sheet} */
function lineSheet({ layout }, { title, parts }, traces) {
  /** @type {Map<string, {at: Place, word: string, cells: Cell[]}>} */
  const rows = new Map();
  traces.forEach((trace, t) => {
    const y = listOf(trace.y);
    const x = trace.x === undefined ? y.map((_, i) => i) : listOf(trace.x);
    const words = Array.isArray(trace.hovertext) && uniform(trace) === '' ? trace.hovertext : [];
    x.forEach((at, i) => {
      const key = `${typeof at} ${at}`;
      const row = rows.get(key) ?? { at: /** @type {Place} */ (at), word: '', cells: traces.map(() => []) };
      if (!row.word && words[i]) row.word = String(words[i]);
      row.cells[t].push(cellOf(y[i]));
      rows.set(key, row);
    });
  });
  const all = [...rows.values()];
  if (all.every(({ at }) => typeof at === 'number')) all.sort((a, b) => Number(a.at) - Number(b.at));
  const [x, y] = axesOf(layout, parts);
  return {
    title: [title, y].filter(Boolean).join(': '),
    corner: x,
    heads: traces.map(headOf),
    rows: all.map(({ at, word, cells }) => ({ name: [textOf(at), word].filter(Boolean).join(' '), cells })),
  };
}

/** @param {Figure} figure @param {Panel} panel @param {Trace} trace @returns {Sheet} */
function gridSheet({ layout }, { title, parts }, trace) {
  // heights may be logarithms, or clipped: then the numbers themselves are the trace's own data
  const own = listOf(trace.customdata).map(listOf);
  const z = own.some(({ length }) => length > 0) ? own : listOf(trace.z).map(listOf);
  const x = trace.x === undefined ? (z[0] ?? []).map((_, i) => i) : listOf(trace.x);
  const y = trace.y === undefined ? z.map((_, i) => i) : listOf(trace.y);
  const [across, down] = axesOf(layout, parts);
  return {
    title: [title, trace.name].filter(Boolean).join(': '),
    corner: [down, across].filter(Boolean).join(' \\ '),
    heads: x.map(textOf),
    rows: z.map((row, r) => ({ name: textOf(y[r]), cells: row.map((value) => [cellOf(value)]) })),
  };
}

/** @param {Figure['layout']} layout @param {string[]} parts */
function axesOf(layout, parts) {
  const [first] = parts;
  const scene = first?.startsWith('scene') ? /** @type {import('./panels.js').Scene} */ (layout[first] ?? {}) : null;
  const found = scene
    ? [scene.xaxis, scene.yaxis]
    : ['x', 'y'].map((way) => layout[parts.find((name) => name.startsWith(way)) ?? '']);
  return found.map((axis) => titleText(/** @type {import('./panels.js').Axis|undefined} */ (axis)?.title));
}

/** A series' name, and what it is of those that have the same name. @param {Trace} trace */
function headOf(trace) {
  const each = trace.showlegend === false && typeof trace.opacity === 'number' && trace.opacity < 1 ? 'each draw' : '';
  return [trace.name, uniform(trace) || each].filter(Boolean).join(', ');
}

/** The word that all points of a trace have. @param {Trace} trace */
function uniform({ hovertext }) {
  const words = Array.isArray(hovertext) ? hovertext : [hovertext];
  return words.length > 0 && words.every((one) => one && one === words[0]) ? String(words[0]) : '';
}

/** @param {unknown} value @returns {Cell[number]} */
function cellOf(value) {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** @param {unknown} at */
function textOf(at) {
  return typeof at === 'number' ? String(Number(at.toPrecision(6))) : String(at ?? '').replaceAll('<br>', ' ');
}

/** @param {unknown} value */
function isPacked(value) {
  return typeof value === 'object' && value !== null && 'bdata' in value;
}

/** @param {unknown} value @returns {unknown[]} */
function listOf(value) {
  return Array.isArray(value) ? value : isPacked(value) ? unpacked(/** @type {Packed} */ (value)) : [];
}

/** @typedef {{bdata: string, dtype: string, shape?: string}} Packed numbers, as plotly.py sends arrays of numpy */

const TYPES = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  u4: Uint32Array,
  i2: Int16Array,
  u2: Uint16Array,
  i1: Int8Array,
  u1: Uint8Array,
};

/** @param {Packed} packed @returns {unknown[]} */
function unpacked({ bdata, dtype, shape }) {
  const bytes = Uint8Array.from(atob(bdata), (one) => one.charCodeAt(0));
  const Type = TYPES[/** @type {keyof typeof TYPES} */ (dtype)];
  const numbers = Array.from(new Type(bytes.buffer));
  const wide = Number(String(shape ?? '').split(',')[1]);
  if (!wide) return numbers;
  return Array.from({ length: numbers.length / wide }, (_, r) => numbers.slice(r * wide, (r + 1) * wide));
}
