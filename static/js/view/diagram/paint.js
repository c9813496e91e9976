/**
 * @file Set a step's styles on the SVG that Plotly drew. Elements are found anew after each drawing, and only changed
 * styles are set.
 */
import { labelledOf, TRACE } from '../../figure/drawing.js';

/** @typedef {import('../../figure/layout.js').Layout} Layout */
/** @typedef {import('../../figure/styles.js').Styles} Styles */
/** @typedef {import('../../figure/styles.js').LineStyle} LineStyle */
/** @typedef {import('../../figure/styles.js').BoxStyle} BoxStyle */

/**
 * @typedef {object} Drawn what Plotly drew, in the layout's order
 * @property {SVGElement[]} lines
 * @property {SVGElement[]} boxes
 * @property {(SVGElement|null)[]} labels one a box, null where it has no text
 * @property {SVGElement[]} junctions
 * @property {SVGElement[]} texts
 * @property {SVGElement[]} values the measured numbers written out
 * @property {string} hatch prefix of the hatches' names
 * @property {Styles|null} last the styles that the elements bear, once painted
 */

/**
 * Find the elements of a layout in a plot.
 *
 * @param {HTMLElement} plot
 * @param {Layout} layout
 * @param {string} hatch prefix of the hatches' names
 * @returns {Drawn}
 */
export function findDrawn(plot, layout, hatch) {
  /** @type {SVGElement[]} */
  const lines = [];
  const first = layout.panels.length;
  for (const element of plot.querySelectorAll('.shapelayer path[data-index]')) {
    const index = Number(element.getAttribute('data-index')) - first;
    if (index >= 0) lines[index] = /** @type {SVGElement} */ (element);
  }
  const traces = [...plot.querySelectorAll('.scatterlayer > .trace')];
  /** @type {(trace: number, selector: string) => SVGElement[]} */
  const within = (trace, selector) =>
    [...(traces[trace - TRACE.labels]?.querySelectorAll(selector) ?? [])].map((e) => /** @type {SVGElement} */ (e));
  /** @type {(SVGElement|null)[]} */
  const labels = layout.boxes.map(() => null);
  const texts = within(TRACE.labels, '.textpoint > text');
  labelledOf(layout).forEach((box, i) => {
    labels[box] = texts[i] ?? null;
  });
  return {
    lines,
    boxes: [...plot.querySelectorAll('.barlayer .point > path')].map((e) => /** @type {SVGElement} */ (e)),
    labels,
    junctions: within(TRACE.junctions, '.points > path'),
    texts: within(TRACE.texts, '.textpoint > text'),
    values: within(TRACE.values, '.textpoint > text'),
    hatch,
    last: null,
  };
}

/**
 * Set the styles that differ from the last ones.
 *
 * @param {Drawn} drawn
 * @param {Styles} styles
 */
export function paint(drawn, styles) {
  const { last } = drawn;
  styles.lines.forEach((next, i) => {
    const element = drawn.lines[i];
    const old = last?.lines[i];
    if (!element) return;
    const { style } = element;
    if (old?.color !== next.color) style.stroke = next.color;
    if (old?.width !== next.width) style.strokeWidth = `${next.width}px`;
    if (old?.opacity !== next.opacity) style.opacity = String(next.opacity);
    if (old?.dash !== next.dash) style.strokeDasharray = next.dash === 'solid' ? 'none' : next.dash;
  });
  styles.boxes.forEach((next, i) => {
    const old = last?.boxes[i];
    const element = drawn.boxes[i];
    if (!element) return;
    if (old?.fill !== next.fill || old?.hatch !== next.hatch)
      element.style.fill = next.hatch ? `url(#${drawn.hatch}-${next.hatch})` : next.fill;
    if (old?.line !== next.line) element.style.stroke = next.line;
    if (old?.width !== next.width) element.style.strokeWidth = `${next.width}px`;
    const label = drawn.labels[i];
    if (label && old?.ink !== next.ink) label.style.fill = next.ink;
    if (label && old?.hatch !== next.hatch) label.classList.toggle('on-hatch', next.hatch !== null);
  });
  styles.junctions.forEach((opacity, i) => {
    const element = drawn.junctions[i];
    if (element && last?.junctions[i] !== opacity) element.style.opacity = String(opacity);
  });
  styles.texts.forEach((ink, i) => {
    const element = drawn.texts[i];
    if (element && last?.texts[i] !== ink) element.style.fill = ink;
  });
  styles.values.forEach(({ text, ink }, i) => {
    const element = drawn.values[i];
    if (element && last?.values[i].text !== text) element.textContent = text;
    if (element && last?.values[i].ink !== ink) element.style.fill = ink;
  });
  drawn.last = styles;
}
