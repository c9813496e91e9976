/** @file The legend under a diagram that stands alone: a ramp a path, and what lines and hatches mean. Pure. */
import { PALETTES } from './palette.js';
import { QUANTITIES } from './quantity.js';
import { decadeTicks, rampColor } from './scale.js';
import { rangeOf } from './styles.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('./layout.js').Layout} Layout */

/** @type {['identity'|'residual'|'plain', string][]} */
const HUES = [
  ['identity', 'identity path'],
  ['residual', 'residual path'],
  ['plain', 'plain or cut'],
];
const RAMPS = 46;
const LINE = 15;
const NARROW = 560;
const KINDS = 'lines: solid identity, dotted projection, gap cut';
const CODES = 'hatches: dots exactly zero, crosses not finite, strokes not measured';

/**
 * @param {import('./drawing.js').Figure} figure
 * @param {State} state without values where nothing was measured: then there are no ramps
 * @param {Layout} layout
 */
export function withLegend(figure, state, layout) {
  const { linear, legend } = QUANTITIES[state.quantity];
  const palette = PALETTES[state.theme];
  const measured = state.values.length > 0;
  const ramps = measured && (linear || state.scale.scope === 'common');
  const precisions = [...new Set(state.variants.map(({ precision }) => precision))]
    .filter((one) => one !== 'float32')
    .map((one) => `, ${one}`)
    .join('');
  const local = measured && !ramps ? '; each range its own, colours compare inside it' : '';
  const first = `${legend}${linear ? '' : ', log scale'}${precisions}${local}`;
  const narrow = layout.width < NARROW ? [KINDS, CODES] : [`${KINDS}  ·  ${CODES}`];
  const rows = measured ? [first, ...narrow] : [KINDS];
  const top = LINE + (ramps ? RAMPS : 0);
  const margin = top + LINE * rows.length;
  const note = {
    text: rows.join('<br>'),
    showarrow: false,
    xref: 'paper',
    yref: 'paper',
    x: 0,
    y: 0,
    xshift: 8,
    yshift: 8 - top,
    xanchor: 'left',
    yanchor: 'top',
    align: 'left',
    font: { size: 10, color: palette.soft },
  };
  return {
    data: ramps ? [...figure.data, ...HUES.map((_, i) => rampOf(state, layout, i))] : figure.data,
    layout: {
      ...figure.layout,
      paper_bgcolor: palette.paper,
      height: layout.height + margin,
      margin: { ...figure.layout.margin, b: margin },
      annotations: [note],
    },
  };
}

/**
 * A trace without points whose colour bar is the ramp.
 *
 * @param {State} state
 * @param {Layout} layout
 * @param {number} i
 */
function rampOf(state, layout, i) {
  const [hue, name] = HUES[i];
  const range = rangeOf(state);
  const font = { size: 10, color: PALETTES[state.theme].soft };
  const ticks = QUANTITIES[state.quantity].linear
    ? { values: [0, 0.5, 1], texts: ['0', '0.5', '1'] }
    : decadeTicks(range, 3);
  const share = 1 / HUES.length;
  return {
    type: 'scatter',
    mode: 'markers',
    x: [null],
    y: [null],
    hoverinfo: 'skip',
    marker: {
      color: [range[0]],
      cmin: range[0],
      cmax: range[1],
      size: 0,
      showscale: true,
      colorscale: [0, 0.25, 0.5, 0.75, 1].map((at) => [at, rampColor(hue, at, state.theme)]),
      colorbar: {
        orientation: 'h',
        thickness: 9,
        len: share * 0.8,
        x: (i + 0.5) * share,
        xanchor: 'center',
        y: -4 / layout.height,
        yanchor: 'top',
        xpad: 0,
        ypad: 0,
        outlinewidth: 0,
        tickvals: ticks.values,
        ticktext: ticks.texts,
        tickfont: font,
        title: { text: name, side: 'top', font },
      },
    },
  };
}
