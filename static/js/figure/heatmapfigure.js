/** @file The heatmaps as one figure for an export, drawn by Plotly alone; model/show/heatmaps.py makes its like for notebooks. Pure. */
import { PALETTES } from './palette.js';
import { CODES, colorTable, decadeTicks, rampColor } from './scale.js';
import { hueOf } from './hues.js';

/** @typedef {import('../view/state/state.js').State} State */

const GAP = 0.05;
/** Room for a colour bar, as a share of the width. */
const BAR = 0.09;

/**
 * Make the figure: a panel a network, a colour bar a hue, colours of their own for what is no number, a line at each change.
 *
 * @param {State} state @param {[number, number]} range
 * @returns {import('./drawing.js').Figure|null}
 */
export function heatmapFigure(state, range) {
  const { history, variants, changes, theme, run } = state;
  if (history.length === 0) return null;
  const palette = PALETTES[theme];
  const ticks = decadeTicks(range, 6);
  const steps = Array.from(history.steps.subarray(0, history.length));
  const hues = run.nets.map(({ skips }) => hueOf(skips));
  const kinds = [...new Set(hues)];
  const right = 1 - BAR * kinds.length;
  const share = right / variants.length;
  /** @type {import('./drawing.js').PlotLayout & {annotations: object[], shapes: object[]}} */
  const layout = {
    paper_bgcolor: palette.paper, plot_bgcolor: palette.paper, font: { size: 10, color: palette.soft }, margin: { l: 60, r: 10, t: 40, b: 60 },
    annotations: [{ ...note(0, 0, CODES.map(({ name }, i) => `<span style="color:${codeColor(theme, i)}">■</span> ${name}`).join('  ')), yshift: -44, yanchor: 'top' }],
    shapes: [],
  };
  const data = history.variants.flatMap(({ data: columns, width }, v) => {
    const rows = width.gradient_rms;
    const axis = v === 0 ? '' : String(v + 1);
    const left = v * share + (v > 0 ? GAP : 0);
    layout[`xaxis${axis}`] = { domain: [left, (v + 1) * share], anchor: `y${axis}`, title: { text: 'step' }, showgrid: false, zeroline: false };
    layout[`yaxis${axis}`] = { anchor: `x${axis}`, autorange: 'reversed', showticklabels: v === 0, showgrid: false, zeroline: false };
    layout.annotations.push({ ...note(left, 1, `${variants[v].label}: gradient RMS`), yshift: 4, yanchor: 'bottom' });
    layout.shapes.push(...changes.filter(({ variant }) => variant === null || variant === v).map(({ step }) => ({
      type: 'line', x0: step, x1: step, xref: `x${axis}`, yref: `y${axis} domain`, y0: 0, y1: 1, line: { color: palette.ink, width: 1, dash: 'dot' },
    })));
    const cells = (/** @type {(log: number) => number|null} */ read) => Array.from({ length: rows }, (_, r) => steps.map((__, c) => read(columns.gradient_rms[c * rows + r])));
    const common = { type: 'heatmap', x: steps, y: variants[v].taps, xaxis: `x${axis}`, yaxis: `y${axis}` };
    const bar = { x: right + BAR * (kinds.indexOf(hues[v]) + 0.2), xanchor: 'left', thickness: 10, outlinewidth: 0, tickvals: ticks.values, ticktext: ticks.texts };
    return [
      { ...common, zmin: range[0], zmax: range[1], colorscale: scaleOf(hues[v], theme), z: cells((log) => (Number.isFinite(log) ? log : null)), showscale: hues.indexOf(hues[v]) === v, colorbar: bar },
      { ...common, zmin: -0.5, zmax: 2.5, colorscale: CODES.flatMap((_, i) => [[i / 3, codeColor(theme, i)], [(i + 1) / 3, codeColor(theme, i)]]), z: cells((log) => { const i = CODES.findIndex(({ log: code }) => Object.is(code, log)); return i < 0 ? null : i; }), showscale: false },
    ];
  });
  return { data, layout };
}

/** @param {number} x @param {number} y @param {string} text */
function note(x, y, text) {
  return { text, xref: 'paper', yref: 'paper', x, y, xanchor: 'left', showarrow: false };
}

/** @param {import('./scale.js').Hue} hue @param {import('./scale.js').Theme} theme */
function scaleOf(hue, theme) {
  return [0, 0.25, 0.5, 0.75, 1].map((at) => [at, rampColor(hue, at, theme)]);
}

/** The colour of a code on a heatmap. @param {import('./scale.js').Theme} theme @param {number} code its place in CODES */
export function codeColor(theme, code) {
  const colors = colorTable('plain', theme);
  const i = 4 * (256 + code);
  return `rgba(${colors[i]},${colors[i + 1]},${colors[i + 2]},${Math.round((colors[i + 3] / 255) * 100) / 100})`;
}
