/** @file A line chart as traces and a layout, for Plotly to draw and to save. Pure. */
import { glyphsOf, HALF, SYMBOLS } from './glyphs.js';
import { PALETTES } from './palette.js';
import { fitTicks } from './ticks.js';

/** @typedef {import('./scale.js').Range} Range */
/**
 * @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, color: string, dash: string, label: string, letter?:
 *   import('./networks.js').Letter, paper?: string, changed?:
 *   number[]}} Series `changed`: points at which a mark says that something was changed
 */
/**
 * @typedef {object} Chart what is drawn
 * @property {Series[]} series
 * @property {Range} xRange
 * @property {Range} yRange
 * @property {{values: number[], texts: string[]}} xTicks
 * @property {{values: number[], texts: string[]}} yTicks
 * @property {boolean} [zero] whether a line stands at 0
 * @property {number[]} [bounds] where a stage ends
 * @property {number[]} [changes] where the nets were changed
 * @property {number|null} [cursor] where a step or layer is pointed at
 * @property {number|null} [picked] where a layer is selected
 * @property {string[]} [notes] what its marks mean, and of which network there is no line and why
 * @property {'light'|'dark'} theme
 * @property {string} yTitle
 * @property {string} xTitle
 */
/** @typedef {{l: number, r: number, t: number, b: number}} Margin */

const LINE_WIDTH = 1.8;
export const MARK_WIDTH = 1.4;

/** The lines. @param {Chart} chart */
export function lineTraces({ series }) {
  return series.map(({ x, y, color, dash, label }) => ({
    type: 'scatter',
    mode: 'lines',
    x: Array.from(x),
    y: Array.from(y, (value) => (Number.isFinite(value) ? value : null)),
    name: label,
    line: { color, width: LINE_WIDTH, dash, simplify: false },
  }));
}

/** The marks of what a line cannot show. @param {Chart} chart */
export function markTraces({ series, yRange }) {
  return series.flatMap((one) => {
    const glyphs = glyphsOf(one, yRange);
    return glyphs.length === 0
      ? []
      : [
          {
            type: 'scatter',
            mode: 'markers',
            x: glyphs.map(({ i }) => one.x[i]),
            y: glyphs.map(({ value }) => value),
            showlegend: false,
            cliponaxis: false,
            marker: {
              symbol: glyphs.map(({ kind }) => SYMBOLS[kind]),
              size: 2 * HALF,
              color: one.color,
              line: { color: one.color, width: MARK_WIDTH },
            },
          },
        ];
  });
}

/**
 * Axes, and what is marked along them.
 *
 * @param {Chart} chart
 * @param {{width: number, height: number}} size
 * @param {Margin} margin
 */
export function lineLayout(
  { xRange, yRange, xTicks, yTicks, zero = false, bounds = [], changes = [], theme, yTitle, xTitle },
  { width, height },
  margin,
) {
  const palette = PALETTES[theme];
  const axis = {
    zeroline: false,
    gridcolor: palette.grid,
    linecolor: palette.line,
    tickfont: { size: 10, color: palette.soft },
    fixedrange: true,
    ticks: '',
    automargin: false,
  };
  const title = (/** @type {string} */ text, /** @type {number} */ standoff) => ({
    text,
    standoff,
    font: { size: 10, color: palette.soft },
  });
  const across = fitTicks(xTicks, Math.max(1, width - margin.l - margin.r), xRange);
  return {
    width,
    height,
    margin,
    showlegend: false,
    hovermode: false,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: 'system-ui, sans-serif', size: 10, color: palette.soft },
    xaxis: {
      ...axis,
      range: xRange,
      tickvals: across.values,
      ticktext: across.texts,
      showgrid: false,
      tickangle: 0,
      title: title(xTitle, 4),
    },
    yaxis: {
      ...axis,
      ...(zero ? { zeroline: true, zerolinecolor: palette.soft } : {}),
      range: yRange,
      tickvals: yTicks.values,
      ticktext: yTicks.texts,
      title: title(yTitle, 2),
    },
    shapes: [
      ...bounds.map((x) => upright(x, palette.faint, 'below')),
      ...changes.map((x) => upright(x, palette.ink, 'above')),
    ],
  };
}

/** @param {number} x @param {string} color @param {'above'|'below'} layer */
function upright(x, color, layer) {
  return { type: 'line', x0: x, x1: x, yref: 'paper', y0: 0, y1: 1, line: { color, width: 1, dash: 'dot' }, layer };
}
