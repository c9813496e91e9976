/**
 * @file Layers by steps of one measure as a figure that stands alone, a panel a network. A value that is exactly zero,
 * not finite or not measured has a colour of its own, never the low end of the ramp. Pure.
 */
import { escaped, FONT } from './drawing.js';
import { isSigned } from './history.js';
import { isLinear, linearRange, namesOf, stageOf, UNITS } from './measures.js';
import { lookOf } from './networks.js';
import { PALETTES } from './palette.js';
import { CODES, colorTable, decadeRange, decadeTicks, rampColor, signedColor } from './scale.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('./scale.js').Theme} Theme */
/** @typedef {import('./networks.js').Letter} Letter */
/**
 * @typedef {{label: string, precision: string, letter: Letter, names: string[], steps: number[], rows:
 *   number[][], dropped: string[][], span?: [number, number]}} Panel a row a name, a column a step; `dropped`: of each
 *   step the blocks whose F was not computed; `span`: its own range, where it has one
 */
/** @typedef {{step: number, variant: number|null}} Change */
/**
 * @typedef {{measure: import('./history.js').ColumnName, span: [number, number]|null, theme: Theme, changes: Change[],
 *   width?: number, height?: number}} How
 */

const GAP = 0.05;
/** Room for a colour bar, and for the numbers beside the last one, as shares of the width. */
const BAR = { wide: 0.03, numbers: 0.06 };
/** Room for the line that says what the colours of no number mean. */
const LINE = 20;
const MARGIN = { l: 84, r: 8, t: 44, b: 56 };
const ABSENT = 2;
/** Of a scale with a sign, whose colours change at its middle. */
const SIGNED_STOPS = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
const DROPPED = 'dropped in this step';
/** @type {[number, number]} */
const NOTHING = [-6, 0];

/**
 * Make the figure.
 *
 * @param {Panel[]} panels @param {How} how
 * @returns {import('./drawing.js').Figure}
 */
export function heatmapFigure(panels, { measure, span, theme, changes, width, height }) {
  const palette = PALETTES[theme];
  const linear = isLinear(measure);
  const common = span ?? rangeOf(panels, measure);
  const letters = [...new Set(panels.map(({ letter }) => letter))];
  // bars of one range share its numbers
  const own = panels.some((panel) => panel.span);
  const step = BAR.wide + (own ? BAR.numbers : 0);
  const right = 1 - step * letters.length - (own ? 0 : BAR.numbers);
  const share = right / panels.length;
  const coded = panels.some(hasCodes);
  /** @type {import('./drawing.js').PlotLayout & {annotations: object[], shapes: object[]}} */
  const layout = {
    ...(width === undefined ? {} : { width, height }),
    margin: { ...MARGIN, b: MARGIN.b + (coded ? LINE : 0) },
    paper_bgcolor: palette.paper,
    plot_bgcolor: palette.paper,
    font: { family: FONT, size: 11, color: palette.soft },
    annotations: [],
    shapes: [],
  };
  const data = panels.flatMap((panel, v) => {
    const axis = v === 0 ? '' : String(v + 1);
    const range = panel.span ?? common;
    const left = v * share + (v > 0 ? GAP : 0);
    const precision = panel.precision === 'float32' ? '' : `, ${panel.precision}`;
    layout[`xaxis${axis}`] = {
      domain: [left, (v + 1) * share],
      anchor: `y${axis}`,
      title: { text: 'step' },
      showgrid: false,
      zeroline: false,
    };
    layout[`yaxis${axis}`] = { ...rowAxis(panel), anchor: `x${axis}`, showticklabels: v === 0 };
    layout.annotations.push({
      ...note(left, 1, `<b>${escaped(panel.label)}</b>: ${UNITS[measure]}${precision}`),
      yshift: 4,
      yanchor: 'bottom',
      font: { color: lookOf(panel.letter, theme).color },
    });
    layout.shapes.push(
      ...changes
        .filter(({ variant }) => variant === null || variant === v)
        .map(({ step }) => ({
          type: 'line',
          x0: step,
          x1: step,
          xref: `x${axis}`,
          yref: `y${axis} domain`,
          y0: 0,
          y1: 1,
          line: { color: palette.ink, width: 1, dash: 'dot' },
        })),
    );
    const isFirst = panels.findIndex(({ letter }) => letter === panel.letter) === v;
    const at = letters.indexOf(panel.letter);
    const decades = linear ? {} : { tickvals: decadeTicks(range).values, ticktext: decadeTicks(range).texts };
    const ticks = own || at === letters.length - 1 ? decades : { showticklabels: false };
    const bar = {
      x: right + step * at + BAR.wide * 0.5,
      xanchor: 'left',
      thickness: 10,
      outlinewidth: 0,
      ...ticks,
    };
    return tracesOf(
      panel,
      { xaxis: `x${axis}`, yaxis: `y${axis}` },
      range,
      theme,
      measure,
      isFirst ? { showscale: true, colorbar: bar } : { showscale: false },
    );
  });
  if (coded)
    layout.annotations.push({
      ...note(
        0,
        0,
        CODES.map(({ name }, i) => `<span style="color:${codeColor(theme, i)}">■</span> ${name}`).join('  '),
      ),
      yshift: -28 - LINE,
      yanchor: 'top',
    });
  return { data, layout };
}

/**
 * Make the figure of what the page has recorded of the measure that it draws; null before a step.
 *
 * @param {Pick<State, 'history'|'variants'|'changes'|'theme'|'heat'>} state
 * @param {[number, number][]} ranges one a network
 */
export function heatmapOf(state, ranges) {
  const { history, variants, changes, theme, heat } = state;
  if (history.length === 0) return null;
  const steps = Array.from(history.steps.subarray(0, history.length));
  const panels = history.variants.map(({ data, width, dropped }, v) => ({
    label: variants[v].label,
    precision: variants[v].precision,
    letter: variants[v].letter,
    names: namesOf(variants[v], heat),
    steps,
    dropped,
    span: ranges[v],
    rows: namesOf(variants[v], heat).map((_, r) => steps.map((__, c) => data[heat][c * width[heat] + r])),
  }));
  return heatmapFigure(panels, { measure: heat, span: null, theme, changes });
}

/** @param {Panel} panel */
function hasCodes({ rows }) {
  return rows.some((row) => row.some((one) => !Number.isFinite(one)));
}

/**
 * @param {Panel} panel
 * @param {{xaxis: string, yaxis: string}} axes
 * @param {[number, number]} range
 * @param {Theme} theme
 * @param {import('./history.js').ColumnName} measure
 * @param {import('./drawing.js').Trace} scale
 */
function tracesOf(panel, axes, [low, high], theme, measure, scale) {
  const [linear, signed] = [isLinear(measure), isSigned(measure)];
  const { label, letter, names, steps, rows, dropped } = panel;
  const name = escaped(label);
  const common = { type: 'heatmap', x: steps, y: names, ...axes, hoverongaps: false };
  const numbers = {
    ...common,
    name: label,
    zmin: low,
    zmax: high,
    colorscale: signed
      ? SIGNED_STOPS.map((at) => [at, signedColor(2 * at - 1, theme)])
      : [0, 0.25, 0.5, 0.75, 1].map((at) => [at, rampColor(letter, at, theme)]),
    z: rows.map((row) => row.map((one) => (Number.isFinite(one) ? one : null))),
    hovertemplate: `%{y}, step %{x}<br>${linear ? '%{z:.2f}' : '10<sup>%{z:.2f}</sup>'}<extra>${name}</extra>`,
    ...scale,
  };
  if (!hasCodes(panel)) return [numbers];
  const z = rows.map((row) => row.map(codeOf));
  const wordOf = (/** @type {number|null} */ code, /** @type {string} */ name, /** @type {number} */ c) =>
    code === null ? '' : code === ABSENT && isInside(name, dropped[c] ?? []) ? DROPPED : CODES[code].name;
  return [
    numbers,
    {
      ...common,
      name: `${label}, codes`,
      z,
      zmin: -0.5,
      zmax: 2.5,
      colorscale: CODES.flatMap((_, i) => [
        [i / 3, codeColor(theme, i)],
        [(i + 1) / 3, codeColor(theme, i)],
      ]),
      text: z.map((row, r) => row.map((code, c) => wordOf(code, names[r], c))),
      hovertemplate: `%{y}, step %{x}<br>%{text}<extra>${name}</extra>`,
      showscale: false,
    },
  ];
}

/** @param {number} value @returns {number|null} its place in CODES */
function codeOf(value) {
  const code = CODES.findIndex(({ log }) => Object.is(log, value));
  return code < 0 ? null : code;
}

/** @param {string} name @param {string[]} blocks */
function isInside(name, blocks) {
  return blocks.some((block) => name === block || name.startsWith(`${block}.`));
}

/** The axis of the layers: the first above, a tick where a stage begins. @param {Panel} panel */
function rowAxis({ names }) {
  const begins = names.filter((name, i) => i === 0 || stageOf(name) !== stageOf(names[i - 1]));
  return {
    autorange: 'reversed',
    type: 'category',
    showgrid: false,
    zeroline: false,
    tickvals: begins,
    ticktext: begins.map((name) => escaped(stageOf(name))),
  };
}

/** @param {Panel[]} panels @param {import('./history.js').ColumnName} measure @returns {[number, number]} */
function rangeOf(panels, measure) {
  const numbers = panels.flatMap(({ rows }) => rows.flat());
  return isLinear(measure) ? linearRange(measure, numbers) : (decadeRange(numbers) ?? NOTHING);
}

/** @param {number} x @param {number} y @param {string} text */
function note(x, y, text) {
  return { text, xref: 'paper', yref: 'paper', x, y, xanchor: 'left', showarrow: false };
}

/** The colour of a code on a heatmap. @param {Theme} theme @param {number} code its place in CODES */
export function codeColor(theme, code) {
  const colors = colorTable('plain', theme);
  const i = 4 * (256 + code);
  return `rgba(${colors[i]},${colors[i + 1]},${colors[i + 2]},${Math.round((colors[i + 3] / 255) * 100) / 100})`;
}
