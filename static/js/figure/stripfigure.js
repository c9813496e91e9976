/** @file The strips and the brush of a deep network as traces and shapes, for a diagram that stands alone. Pure. */
import { drawnBatch, drawnVariants } from './measured.js';
import { PALETTES } from './palette.js';
import { magnitudesOf, QUANTITIES } from './quantity.js';
import { magnitudeStyle } from './scale.js';
import { codeOf, localRanges, rangeOf } from './styles.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {{x: number, top: number, width: number, height: number, fill: string, outline: string}} Cell */

/** The height of the line that stands for a cut skip, and for what was not measured. */
const CUT = 1;
const CLEAR = 'rgba(0,0,0,0)';

/**
 * Make a bar of each cell, in the paths' own colours where nothing was measured.
 *
 * @param {State} state @param {Layout} layout
 */
export function stripTrace(state, layout) {
  const cells = cellsOf(state, layout);
  return {
    type: 'bar',
    x: cells.map(({ x }) => x),
    y: cells.map(({ height }) => height),
    base: cells.map(({ top }) => top),
    width: cells.map(({ width }) => width),
    textposition: 'none',
    cliponaxis: false,
    marker: {
      color: cells.map(({ fill }) => fill),
      line: {
        color: cells.map(({ outline, fill }) => outline || fill),
        width: cells.map(({ outline }) => (outline ? 1 : 0)),
      },
    },
  };
}

/** @param {import('./drawing.js').Figure} figure @param {State} state @param {Layout} layout */
export function withStrips(figure, state, layout) {
  if (layout.strips.length === 0) return figure;
  const windows = layout.windows.map(({ x, y, w, h }) => ({
    type: 'rect',
    x0: x,
    x1: x + w,
    y0: y,
    y1: y + h,
    line: { color: PALETTES[state.theme].ink, width: 1.4 },
    fillcolor: CLEAR,
  }));
  return {
    data: [...figure.data, stripTrace(state, layout)],
    layout: { ...figure.layout, shapes: [...(figure.layout.shapes ?? []), ...windows] },
  };
}

/** @param {State} state @param {Layout} layout @returns {Cell[]} */
function cellsOf(state, layout) {
  const { theme, quantity, values } = state;
  const palette = PALETTES[theme];
  const { linear } = QUANTITIES[quantity];
  const variants = drawnVariants(state);
  const measured = values.length > 0;
  const magnitudes = measured
    ? variants.map((variant, v) => magnitudesOf(quantity, variant, values[v], drawnBatch(state)))
    : [];
  const local = measured ? localRanges(state, magnitudes) : null;
  return layout.strips.flatMap((strip) => {
    const half = strip.h / 2;
    const width = strip.w / Math.max(1, strip.count);
    const m = magnitudes[strip.variant];
    return Array.from({ length: strip.count }, (_, i) => strip.from + i).flatMap((block, i) => {
      const on = variants[strip.variant].skips[block];
      const range = local ? local(strip.variant, block) : rangeOf(state);
      return /** @type {const} */ (['skip', 'branch']).map((part) => {
        const upper = part === 'skip';
        /** @type {Cell} */
        const cell = {
          x: strip.x + (i + 0.5) * width,
          top: strip.y + (upper ? 0 : half),
          width: width > 3 ? width - 1 : width,
          height: half - (upper ? 1 : 0),
          fill: '',
          outline: '',
        };
        const line = (/** @type {number} */ below, /** @type {string} */ fill) => ({
          ...cell,
          top: cell.top + below,
          height: CUT,
          fill,
        });
        if (upper && !on) return line(cell.height / 2 - CUT / 2, palette.plain);
        const hue = upper ? 'identity' : on ? 'residual' : 'plain';
        if (!measured) return { ...cell, fill: palette[hue] };
        const value = upper ? m.skip[block] : Number.isNaN(m.branch[block]) ? m.trunk[block] : m.branch[block];
        const code = codeOf(value, linear);
        if (code === 'absent') return { ...line(cell.height - CUT, palette.faint), width: cell.width / 2 };
        if (code === 'zero') return { ...cell, fill: CLEAR, outline: palette.ink };
        if (code === 'lost') return { ...cell, fill: palette.ink };
        return { ...cell, fill: magnitudeStyle(hue, value, range, theme).color };
      });
    });
  });
}
