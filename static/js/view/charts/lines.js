/**
 * @file A line chart whose axes Plotly draws once; a step only sets the shape of the lines that Plotly drew. The
 *   chart's
 * data are written back when the figure is exported.
 */

import { DEPTHS, glyphsOf, HALF, pathOfGlyphs } from '../../figure/glyphs.js';
import { lineLayout, lineTraces, MARK_WIDTH, markTraces } from '../../figure/linefigure.js';
import { h } from '../dom.js';
import Plotly from '../plotly.js';
import { createLabels, placesOf, roomFor } from './labels.js';

/** @typedef {import('../../figure/linefigure.js').Chart} Chart */
/** @typedef {import('../../figure/linefigure.js').Series} Series */

const MARGIN = { l: 46, t: 8, b: 32 };
/** Below the ticks of an axis without a title. */
const BARE = 20;
const CONFIG = {
  displayModeBar: false,
  showSendToCloud: false,
  displaylogo: false,
  responsive: false,
  staticPlot: true,
};

/** @typedef {import('../../figure/drawing.js').Figure} Figure */
/**
 * @typedef {{title: string, rows: {text: string, color: string}[], notes: string[]}} Told what is said of the place
 *   under the pointer
 */

/**
 * Make a chart in an element.
 *
 * @param {HTMLElement} root
 * @param {{onPoint: (x: number|null) => void, onPick?: (x: number) => void, tell?: (x: number) => Told|null}} handlers
 *   told x where the pointer is
 */
export function createLines(root, { onPoint, onPick, tell }) {
  const plot = h('div', { class: 'plot' });
  const cursor = h('div', { class: 'chart-cursor', hidden: true });
  const labels = createLabels();
  // what a chart adds to its root, buttons and notes, lies beside the surface and is not pointed through
  const picked = h('div', { class: 'chart-cursor picked', hidden: true });
  const tip = h('div', { class: 'chart-tip', hidden: true });
  const key = h('p', { class: 'chart-key' });
  const surface = h('div', { class: 'chart-surface' }, plot, picked, cursor, labels.root, key, tip);
  root.append(surface);
  /** @type {Chart|null} */
  let chart = null;
  let structure = '';
  /** @type {SVGPathElement[]} */
  let paths = [];
  /** The pointer's place. @type {number|null} */
  let pointed = null;
  let size = { width: 0, height: 0 };

  /** The height of the lines under the chart that explain its marks, and the text that it is of. */
  let keyed = { height: 0, of: '' };
  const writeKey = () => {
    const notes = chart?.notes ?? [];
    const of = JSON.stringify([notes, size.width]);
    if (of === keyed.of) return;
    key.replaceChildren(...notes.map((note) => h('span', {}, note)));
    keyed = { height: notes.length > 0 ? key.offsetHeight + 1 : 0, of };
    // of more lines than fit, the rest is scrolled to
    key.tabIndex = key.scrollHeight > key.clientHeight ? 0 : -1;
  };
  const margin = () => {
    const { right, above } = roomFor(chart?.series ?? [], size.width);
    const below = chart?.xTitle === '' ? BARE : MARGIN.b;
    return { l: MARGIN.l, r: right, t: MARGIN.t + above, b: below + keyed.height };
  };
  const area = () => {
    const { l, r, t, b } = margin();
    return { left: l, top: t, width: Math.max(1, size.width - l - r), height: Math.max(1, size.height - t - b) };
  };
  const xOf = (/** @type {number} */ x) => {
    const [low, high] = /** @type {Chart} */ (chart).xRange;
    return ((x - low) / (high - low)) * area().width;
  };
  const yOf = (/** @type {number} */ y) => {
    const [low, high] = /** @type {Chart} */ (chart).yRange;
    return (1 - (y - low) / (high - low)) * area().height;
  };

  /** @param {Series} series */
  const pathOf = ({ x, y }) => {
    let d = '';
    let open = false;
    const { height } = area();
    for (let i = 0; i < y.length; i += 1) {
      if (!Number.isFinite(y[i])) {
        open = false;
        continue;
      }
      const py = Math.min(height + 20, Math.max(-20, yOf(y[i]))).toFixed(1);
      const px = xOf(x[i]);
      // a number without a neighbour is a stroke of its own
      const alone = !open && !Number.isFinite(y[i + 1] ?? NaN);
      d += alone
        ? `M${(px - 2).toFixed(1)},${py}L${(px + 2).toFixed(1)},${py}`
        : `${open ? 'L' : 'M'}${px.toFixed(1)},${py}`;
      open = true;
    }
    return d || 'M0,0';
  };

  const drawLines = () => {
    const { series } = /** @type {Chart} */ (chart);
    series.forEach((one, i) => {
      paths[i]?.setAttribute('d', pathOf(one));
      paths[series.length + i]?.setAttribute('d', pathOfGlyphs(placed(one)));
    });
    placeLabels();
    stand(cursor, /** @type {Chart} */ (chart).cursor);
    stand(picked, /** @type {Chart} */ (chart).picked);
    showTip();
  };

  /** @param {HTMLElement} line @param {number|null|undefined} at */
  const stand = (line, at) => {
    line.hidden = at === null || at === undefined;
    if (!line.hidden)
      line.style.transform = `translateX(${(area().left + xOf(/** @type {number} */ (at))).toFixed(1)}px)`;
  };

  /** The marks of a line in pixels, inside the area. @param {Series} series */
  const placed = (series) => {
    const { yRange } = /** @type {Chart} */ (chart);
    const { height } = area();
    return glyphsOf(series, yRange).map(({ i, value, kind }) => ({
      x: xOf(series.x[i]),
      y: Math.min(height - DEPTHS[kind] - 1, Math.max(HALF + 1, yOf(value))),
      kind,
    }));
  };

  const showTip = () => {
    const told = pointed === null || !chart ? null : (tell?.(pointed) ?? null);
    tip.hidden = told === null;
    if (told === null) return;
    tip.replaceChildren(
      h('strong', {}, told.title),
      ...told.rows.map(({ text, color }) => h('span', { style: `color:${color}` }, text)),
      ...told.notes.map((note) => h('span', { class: 'chart-tip-note' }, note)),
    );
    const x = area().left + xOf(/** @type {number} */ (pointed));
    const right = x + 14 + tip.offsetWidth > size.width;
    tip.style.left = `${Math.round(Math.max(0, right ? x - 14 - tip.offsetWidth : x + 14))}px`;
  };

  const placeLabels = () => {
    const { series } = /** @type {Chart} */ (chart);
    const ends = series.map(({ y }) => {
      let last = y.length - 1;
      while (last >= 0 && !Number.isFinite(y[last])) last -= 1;
      return last < 0 ? null : yOf(y[last]);
    });
    labels.place(placesOf(series, ends, area(), size.width));
  };

  const layoutOf = () => lineLayout(/** @type {Chart} */ (chart), size, margin());

  const drawAll = () => {
    const { series } = /** @type {Chart} */ (chart);
    // a line without a number would get no element: each is drawn flat first, and bent by drawLines
    const { xRange, yRange } = /** @type {Chart} */ (chart);
    const lines = lineTraces(/** @type {Chart} */ (chart)).map((trace) => ({
      ...trace,
      x: xRange,
      y: [yRange[0], yRange[0]],
    }));
    const marks = lines.map((trace) => ({ ...trace, line: { ...trace.line, dash: 'solid', width: MARK_WIDTH } }));
    const flat = [...lines, ...marks];
    void Plotly.react(plot, flat, layoutOf(), CONFIG).then(() => {
      paths = [...plot.querySelectorAll('.scatterlayer .trace path.js-line')].map(
        (path) => /** @type {SVGPathElement} */ (path),
      );
      if (chart) drawLines();
    });
    labels.name(series, size.width);
    surface.style.setProperty('--top', `${area().top}px`);
    surface.style.setProperty('--bottom', `${margin().b}px`);
  };

  const measure = () => {
    const { clientWidth: width, clientHeight: height } = root;
    if (width === size.width && height === size.height) return;
    size = { width, height };
    structure = '';
    if (chart && width > 0 && height > 0) update(chart);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(root);

  /** @param {PointerEvent} event */
  const at = (event) => {
    if (!chart) return null;
    const { left, width } = area();
    const share = (event.clientX - root.getBoundingClientRect().left - left) / width;
    if (share < -0.02 || share > 1.02) return null;
    return chart.xRange[0] + Math.min(1, Math.max(0, share)) * (chart.xRange[1] - chart.xRange[0]);
  };
  /** @param {number|null} x */
  const point = (x) => {
    pointed = x;
    onPoint(x);
    showTip();
  };
  surface.addEventListener('pointermove', (event) => point(at(event)));
  surface.addEventListener('pointerleave', () => point(null));
  surface.addEventListener('click', (event) => {
    const x = at(/** @type {PointerEvent} */ (event));
    if (x !== null) onPick?.(x);
  });

  /** @param {Chart} next */
  function update(next) {
    chart = next;
    if (size.width === 0) size = { width: root.clientWidth, height: root.clientHeight };
    if (size.width === 0 || size.height === 0) return;
    writeKey();
    const { series, xRange, yRange, xTicks, bounds, changes, theme } = next;
    const wanted = JSON.stringify([
      series.map((one) => [one.color, one.dash, one.label]),
      xRange,
      yRange,
      xTicks,
      bounds,
      changes,
      theme,
      size,
      next.yTitle,
      keyed.height,
    ]);
    if (wanted !== structure) {
      structure = wanted;
      drawAll();
    } else drawLines();
  }

  return {
    update,
    /** @param {boolean} hidden while words stand in the chart's place */
    hide: (hidden) => {
      surface.hidden = hidden;
    },
    /** The figure as it is now, for an export. @returns {Figure|null} */
    figure: () =>
      chart?.series.some(({ y }) => y.length > 0)
        ? { data: [...lineTraces(chart), ...markTraces(chart)], layout: layoutOf(), config: CONFIG }
        : null,
    destroy: () => {
      observer.disconnect();
      Plotly.purge(plot);
      root.replaceChildren();
    },
  };
}
