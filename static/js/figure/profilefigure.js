/**
 * @file A measure by depth as a figure that stands alone: a line a network. An exact zero is an open mark at the low
 * edge, what is not finite a cross at the high edge, what was not measured a gap. Pure.
 */
import { FONT } from './drawing.js';
import { isSigned } from './history.js';
import { isLinear, linearRange, stageOf, UNITS } from './measures.js';
import { lookOf } from './networks.js';
import { PALETTES } from './palette.js';
import { decadeRange, decadeTicks, formatNumber } from './scale.js';

/**
 * @typedef {{label: string, letter: import('./networks.js').Letter, names: string[], numbers: number[]}} Curve numbers
 *   as they are drawn: log10, or shares and counts
 */
/**
 * @typedef {{measure: import('./history.js').ColumnName, span: [number, number]|null, theme: 'light'|'dark', width:
 *   number, height: number}} How
 */

/** So many names stand on the axis by themselves; of more, the stages. */
const FEW = 12;
/** @type {[number, number]} */
const NOTHING = [-6, 0];

/**
 * Make the figure.
 *
 * @param {Curve[]} curves @param {How} how
 * @returns {import('./drawing.js').Figure}
 */
export function profileFigure(curves, { measure, span, theme, width, height }) {
  const palette = PALETTES[theme];
  const linear = isLinear(measure);
  const [low, high] =
    span ??
    rangeOf(
      curves.flatMap(({ numbers }) => numbers),
      measure,
    );
  const styled = curves.map((curve) => ({ ...curve, ...lookOf(curve.letter, theme) }));
  const longest = curves.reduce(
    (most, { names }) => (names.length > most.length ? names : most),
    /** @type {string[]} */ ([]),
  );
  const { places, texts, bounds } = depthOf(longest);
  const axis = { gridcolor: palette.grid, zeroline: false, linecolor: palette.line };
  const zero = isSigned(measure) ? { zeroline: true, zerolinecolor: palette.soft, zerolinewidth: 1 } : {};
  const ticks = linear
    ? {}
    : { tickvals: decadeTicks([low, high], 5).values, ticktext: decadeTicks([low, high], 5).texts };
  return {
    data: [
      ...styled.map((curve) => lineOf(curve, linear)),
      ...styled.flatMap((curve) => [
        ...marksOf(curve, -Infinity, 'circle-open', low, 'exactly zero'),
        ...marksOf(curve, Infinity, 'x', high, 'not finite'),
      ]),
    ],
    layout: {
      width,
      height,
      margin: { l: 64, r: 16, t: 32, b: 48 },
      paper_bgcolor: palette.paper,
      plot_bgcolor: palette.paper,
      hovermode: 'closest',
      font: { family: FONT, size: 11, color: palette.soft },
      showlegend: true,
      legend: { orientation: 'h', x: 0, y: 1.04, xanchor: 'left', yanchor: 'bottom' },
      xaxis: {
        ...axis,
        range: [-0.3, longest.length - 0.7],
        tickvals: places,
        ticktext: texts,
        showgrid: false,
        title: { text: 'depth' },
      },
      yaxis: { ...axis, ...zero, range: [low, high], ...ticks, title: { text: UNITS[measure] } },
      shapes: bounds.map((x) => ({
        type: 'line',
        x0: x,
        x1: x,
        yref: 'paper',
        y0: 0,
        y1: 1,
        layer: 'below',
        line: { color: palette.line, width: 1 },
      })),
    },
  };
}

/** @param {Curve & {color: string, dash: string}} curve @param {boolean} linear */
function lineOf({ label, names, numbers, color, dash }, linear) {
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: label,
    x: names.map((_, i) => i),
    y: numbers.map((one) => (Number.isFinite(one) ? one : null)),
    connectgaps: false,
    line: { color, width: 1.8, dash },
    marker: { size: 4, color },
    hovertext: names.map(
      (name, i) =>
        `${name}<br>${label} ${formatNumber(linear || numbers[i] === Infinity ? numbers[i] : 10 ** numbers[i])}`,
    ),
    hoverinfo: 'text',
  };
}

/**
 * Marks of what no line can show, or nothing.
 *
 * @param {Curve & {color: string}} curve
 * @param {number} code
 * @param {string} symbol
 * @param {number} edge
 * @param {string} said
 */
function marksOf({ label, names, numbers, color }, code, symbol, edge, said) {
  const found = numbers.flatMap((one, i) => (one === code ? [i] : []));
  return found.length === 0
    ? []
    : [
        {
          type: 'scatter',
          mode: 'markers',
          name: `${label}: ${said}`,
          x: found,
          y: found.map(() => edge),
          cliponaxis: false,
          marker: { symbol, size: 8, color, line: { color, width: 1.4 } },
          hovertext: found.map((i) => `${names[i]}<br>${label} ${said}`),
          hoverinfo: 'text',
        },
      ];
}

/** @param {number[]} numbers @param {import('./history.js').ColumnName} measure @returns {[number, number]} */
function rangeOf(numbers, measure) {
  return isLinear(measure) ? linearRange(measure, numbers) : (decadeRange(numbers, 0) ?? NOTHING);
}

/** Ticks along the depth, their texts, and where a stage ends. @param {string[]} names */
function depthOf(names) {
  /** @type {{stage: string, from: number, to: number}[]} */
  const stages = [];
  names.forEach((name, i) => {
    const last = stages.at(-1);
    if (last?.stage === stageOf(name)) last.to = i;
    else stages.push({ stage: stageOf(name), from: i, to: i });
  });
  const bounds = stages.slice(1).map(({ from }) => from - 0.5);
  if (names.length <= FEW) return { places: names.map((_, i) => i), texts: names, bounds };
  const several = stages.filter(({ from, to }) => to > from);
  const wide = several.length > 0 ? several : stages;
  return { places: wide.map(({ from, to }) => (from + to) / 2), texts: wide.map(({ stage }) => stage), bounds };
}
