/**
 * @file layout and styles -> the figure that Plotly draws. Pure.
 */
import { lookOf } from './networks.js';
import { PALETTES } from './palette.js';

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./layout.js').TextPlace} TextPlace */
/** @typedef {import('./styles.js').Styles} Styles */
/** @typedef {Record<string, unknown>} Trace of Plotly */
/**
 * @typedef {Record<string, unknown> & {width?: number, shapes?: object[], annotations?: object[], margin?: object}}
 *   PlotLayout of Plotly
 */
/** @typedef {{data: Trace[], layout: PlotLayout, config?: Record<string, unknown>}} Figure that Plotly draws */

export const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif';
/** Traces, in this order. */
export const TRACE = { boxes: 0, labels: 1, junctions: 2, points: 3, texts: 4, values: 5 };
/** Texts of these roles. @type {TextPlace['role'][]} */
const BOLD = ['title', 'lane', 'letter', 'end'];
/** The patterns that Plotly draws for what is no number. */
const PATTERNS = { zero: '.', lost: 'x', absent: '/' };

/**
 * Make the figure.
 *
 * @param {Layout} layout
 * @param {Styles} styles
 * @param {'light'|'dark'} theme
 * @returns {Figure & {layout: {shapes: object[]}}}
 */
export function figureOf(layout, styles, theme) {
  const palette = PALETTES[theme];
  const { boxes, junctions, points, texts } = layout;
  const labelled = labelledOf(layout);
  const shapes = [
    ...layout.panels.map((panel) => ({
      type: 'path',
      path: roundedRect(panel, 7),
      layer: 'below',
      fillcolor: palette.panel,
      line: { color: palette.line, width: 1 },
    })),
    ...layout.lines.map((line, i) => ({
      type: 'path',
      path: line.d,
      layer: 'below',
      fillcolor: 'rgba(0,0,0,0)',
      opacity: styles.lines[i].opacity,
      line: { color: styles.lines[i].color, width: styles.lines[i].width, dash: styles.lines[i].dash },
    })),
    ...layout.badges.map(({ letter, ...square }) => ({
      type: 'path',
      path: roundedRect(square, 3),
      layer: 'below',
      fillcolor: lookOf(letter, theme).color,
      line: { width: 0 },
    })),
  ];
  return {
    data: [
      {
        type: 'bar',
        x: boxes.map((box) => box.x + box.w / 2),
        y: boxes.map((box) => box.h),
        base: boxes.map((box) => box.y),
        width: boxes.map((box) => box.w),
        textposition: 'none',
        hoverinfo: 'none',
        cliponaxis: false,
        marker: {
          color: styles.boxes.map((box) => box.fill),
          cornerradius: 3.5,
          ...(styles.boxes.some((box) => box.hatch)
            ? {
                pattern: {
                  shape: styles.boxes.map((box) => (box.hatch ? PATTERNS[box.hatch] : '')),
                  fillmode: 'overlay',
                  fgopacity: 0.5,
                  size: 5,
                },
              }
            : {}),
          line: { color: styles.boxes.map((box) => box.line), width: styles.boxes.map((box) => box.width) },
        },
      },
      {
        type: 'scatter',
        mode: 'text',
        x: labelled.map((i) => boxes[i].x + boxes[i].w / 2),
        y: labelled.map((i) => boxes[i].y + boxes[i].h / 2),
        text: labelled.map((i) => boxes[i].text),
        textposition: 'middle center',
        hoverinfo: 'skip',
        cliponaxis: false,
        textfont: { size: labelled.map((i) => boxes[i].size), color: labelled.map((i) => styles.boxes[i].ink) },
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: junctions.map((j) => j.x),
        y: junctions.map((j) => j.y),
        hoverinfo: 'none',
        cliponaxis: false,
        marker: {
          symbol: 'circle-cross',
          size: junctions.map((j) => 2 * j.r),
          color: palette.raised,
          opacity: styles.junctions,
          line: { color: palette.ink, width: 1.3 },
        },
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: points.map((p) => p.x),
        y: points.map((p) => p.y),
        hoverinfo: 'none',
        cliponaxis: false,
        marker: {
          symbol: points.map((p) => (p.type === 'activation' ? 'diamond' : 'square')),
          size: 6.5,
          color: palette.raised,
          line: { color: palette.soft, width: 1.2 },
        },
      },
      {
        type: 'scatter',
        mode: 'text',
        x: texts.map((t) => t.x),
        y: texts.map((t) => t.y),
        text: texts.map(markup),
        hoverinfo: 'skip',
        cliponaxis: false,
        textposition: texts.map(({ anchor }) =>
          anchor === 'start' ? 'middle right' : anchor === 'end' ? 'middle left' : 'middle center',
        ),
        textfont: { size: texts.map((t) => t.size), color: styles.texts },
      },
      {
        type: 'scatter',
        mode: 'text',
        x: layout.values.map((t) => t.x),
        y: layout.values.map((t) => t.y),
        text: styles.values.map(({ text }) => text || ' '),
        textposition: 'middle center',
        hoverinfo: 'skip',
        cliponaxis: false,
        textfont: { size: 9.5, color: styles.values.map(({ ink }) => ink) },
      },
    ],
    layout: {
      width: layout.width,
      height: layout.height,
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      barmode: 'overlay',
      showlegend: false,
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      hovermode: 'closest',
      hoverdistance: 12,
      dragmode: false,
      font: { family: FONT, size: 10, color: palette.ink },
      modebar: { orientation: 'h', bgcolor: 'rgba(0,0,0,0)', color: palette.faint, activecolor: palette.ink },
      xaxis: axis([0, layout.width]),
      yaxis: axis([layout.height, 0]),
      shapes,
    },
  };
}

/** The boxes that bear a text, by index. @param {Layout} layout */
export function labelledOf(layout) {
  return layout.boxes.flatMap((box, i) => (box.text ? [i] : []));
}

/** @param {[number, number]} range */
function axis(range) {
  return { range, visible: false, fixedrange: false, autorange: false };
}

/** @param {TextPlace} text */
function markup({ text, role }) {
  return BOLD.includes(role) ? `<b>${escaped(text)}</b>` : escaped(text);
}

/** A text for Plotly, which reads some markup: none of it is meant. @param {string} text */
export function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** @param {import('./path.js').Rect} rect @param {number} r */
export function roundedRect({ x, y, w, h }, r) {
  const [right, bottom] = [x + w, y + h];
  const n = (/** @type {number} */ value) => Math.round(value * 100) / 100;
  return [
    `M${n(x + r)},${n(y)}`,
    `L${n(right - r)},${n(y)}`,
    `Q${n(right)},${n(y)} ${n(right)},${n(y + r)}`,
    `L${n(right)},${n(bottom - r)}`,
    `Q${n(right)},${n(bottom)} ${n(right - r)},${n(bottom)}`,
    `L${n(x + r)},${n(bottom)}`,
    `Q${n(x)},${n(bottom)} ${n(x)},${n(bottom - r)}`,
    `L${n(x)},${n(y + r)}`,
    `Q${n(x)},${n(y)} ${n(x + r)},${n(y)}`,
    'Z',
  ].join(' ');
}

/** Plotly's configuration: no cloud, no logo, our own export buttons. */
export const CONFIG = {
  displaylogo: false,
  showSendToCloud: false,
  responsive: false,
  scrollZoom: false,
  doubleClick: 'reset',
  displayModeBar: false,
  showTips: false,
};
