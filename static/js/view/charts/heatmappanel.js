/**
 * @file One network's heatmap: every recorded step is a column of pixels on a canvas under Plotly's axes, with the
 *   scale, what is pointed at and what is
 * selected over it.
 */

import { toldNear } from '../../figure/changemarks.js';
import { escaped } from '../../figure/drawing.js';
import { shortened } from '../../figure/foreign/stages.js';
import { isSigned, rowOf } from '../../figure/history.js';
import { namesOf, UNITS } from '../../figure/measures.js';
import { lookOf } from '../../figure/networks.js';
import { PALETTES } from '../../figure/palette.js';
import { colorIndex, colorTable, formatNumber } from '../../figure/scale.js';
import { blockAt, rowsOf } from '../../figure/taprows.js';
import { fitTicks, ticksTo } from '../../figure/ticks.js';
import { h } from '../dom.js';
import { letterMark } from '../lettermark.js';
import Plotly from '../plotly.js';
import { drawColumns, rampOf } from './heatmapcanvas.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */

/** Longer names of stages do not fit beside the rows. */
const TITLE = 9;
const MARGIN = { l: 54, r: 10, t: 20, b: 20 };
const CONFIG = { displayModeBar: false, showSendToCloud: false, displaylogo: false, staticPlot: true };

/** @param {HTMLElement} parent @param {Store} store @param {number} v */
export function createPanel(parent, store, v) {
  const canvas = h('canvas', { class: 'heatmap-canvas' });
  const plot = h('div', { class: 'plot' });
  const cursor = h('div', { class: 'chart-cursor' });
  const lit = h('div', { class: 'heatmap-row', hidden: true });
  const picked = h('div', { class: 'heatmap-row picked', hidden: true });
  const title = h('div', { class: 'heatmap-title' });
  const tip = h('div', { class: 'chart-tip', hidden: true });
  const element = h('div', { class: 'heatmap-panel-one' }, canvas, plot, picked, lit, cursor, title, tip);
  parent.append(element);
  const buffer = document.createElement('canvas');
  const pen = /** @type {CanvasRenderingContext2D} */ (buffer.getContext('2d'));
  let [drawn, axes] = [0, ''];
  /** @type {symbol|null} */
  let generation = null;
  let end = 1;
  /** @type {{step: number, row: number, x: number}|null} */
  let pointed = null;

  /** The rows of the measure that is drawn. */
  const names = () => {
    const variant = store.state.variants[v];
    return variant ? namesOf(variant, store.state.heat) : [];
  };
  // read when it may have changed, not at each step: reading forces a layout
  let size = { width: element.clientWidth, height: element.clientHeight };
  const area = () => ({
    width: Math.max(1, size.width - MARGIN.l - MARGIN.r),
    height: Math.max(1, size.height - MARGIN.t - MARGIN.b),
  });

  /** @param {PointerEvent} event */
  const stepAt = (event) => {
    const share = (event.clientX - element.getBoundingClientRect().left - MARGIN.l) / area().width;
    return Math.min(end, Math.floor(Math.min(1, Math.max(0, share)) * (end + 1)));
  };
  const newest = () => store.state.history.steps[store.state.history.length - 1] ?? -1;
  element.addEventListener('pointerdown', (event) => {
    if (stepAt(event) > newest()) return; // nothing is recorded there yet
    element.setPointerCapture(event.pointerId);
    store.dispatch({ type: 'show', step: stepAt(event) });
  });
  element.addEventListener('pointermove', (event) => {
    element.style.cursor = stepAt(event) > newest() ? 'default' : '';
    if (element.hasPointerCapture(event.pointerId))
      store.dispatch({ type: 'show', step: Math.min(newest(), stepAt(event)) });
    const { hover, variants } = store.state;
    const name = blockUnder(event);
    if ((hover?.block ?? null) === name && (name === null || hover?.variant === v)) return;
    store.dispatch({
      type: 'hover',
      focus: name && variants[v] ? { variant: v, block: name, tap: name, layer: null } : null,
    });
  });
  element.addEventListener('pointermove', (event) => {
    pointed = { step: stepAt(event), row: rowUnder(event), x: event.clientX - element.getBoundingClientRect().left };
    showTip();
  });
  element.addEventListener('pointerleave', () => {
    pointed = null;
    showTip();
    if (store.state.hover) store.dispatch({ type: 'hover', focus: null });
  });

  /** The measurement under the pointer, and the change there. */
  const showTip = () => {
    const { history, changes, heat } = store.state;
    const row = pointed ? rowOf(history, pointed.step) : -1;
    const tap = pointed ? names()[pointed.row] : undefined;
    tip.hidden = !pointed || row < 0 || tap === undefined || pointed.step > history.steps[history.length - 1];
    if (!pointed || tip.hidden) return;
    const { data, width } = history.variants[v];
    const code = data[heat][row * width[heat] + pointed.row];
    const own = changes.filter(({ variant }) => variant === null || variant === v);
    tip.replaceChildren(
      h('strong', {}, `${tap}, step ${history.steps[row]}`),
      h('span', {}, `${UNITS[heat]} ${formatNumber(isSigned(heat) || code === Infinity ? code : 10 ** code)}`),
      ...toldNear(own, pointed.step, end / 100).map((note) => h('span', { class: 'chart-tip-note' }, note)),
    );
    const right = pointed.x + 14 + tip.offsetWidth > size.width;
    tip.style.left = `${Math.round(right ? pointed.x - 14 - tip.offsetWidth : pointed.x + 14)}px`;
  };

  /** @param {PointerEvent} event */
  const rowUnder = (event) => {
    const share = (event.clientY - element.getBoundingClientRect().top - MARGIN.t) / area().height;
    return Math.floor(share * names().length);
  };
  /** @param {PointerEvent} event */
  const blockUnder = (event) => {
    return blockAt(names(), store.state.variants[v]?.blocks ?? [], rowUnder(event));
  };

  /** @param {State} state @param {[number, number]} range */
  const drawAxes = (state, range) => {
    const { variants, theme, changes, heat } = state;
    const palette = PALETTES[theme];
    if (size.width === 0) size = { width: element.clientWidth, height: element.clientHeight };
    const { width, height } = size;
    const blocks = variants[v].summary.graph.blocks;
    const { letter } = variants[v];
    const taps = namesOf(variants[v], heat);
    const stages = [...new Set(blocks.map(({ stage }) => stage))];
    const { foreign } = variants[v].summary;
    const starts = foreign
      ? foreign.stages.map(({ from }) => taps.indexOf(blocks[from].name))
      : stages.map((stage) => taps.findIndex((tap) => tap.startsWith(`${stage}.`)));
    const own = changes.filter((change) => change.variant === null || change.variant === v);
    const wanted = JSON.stringify([
      width,
      height,
      theme,
      end,
      own.map(({ step }) => step),
      variants[v].label,
      range,
      letter,
      heat,
    ]);
    if (wanted === axes || width === 0) return;
    axes = wanted;
    const steps = ticksTo(end);
    const rows = starts
      .map((start, i) => ({ start, stage: foreign ? escaped(shortened(foreign.stages[i].name, TITLE)) : stages[i] }))
      .filter(({ start }) => start >= 0)
      .filter(({ start }, i, all) => i === 0 || ((start - all[i - 1].start) * area().height) / taps.length >= 11);
    const ticks = fitTicks({ values: steps, texts: steps.map(String) }, area().width, [0, end]);
    const axis = {
      zeroline: false,
      showgrid: false,
      fixedrange: true,
      linecolor: palette.line,
      tickfont: { size: 10, color: palette.soft },
    };
    void Plotly.react(
      plot,
      [],
      {
        width,
        height,
        margin: MARGIN,
        paper_bgcolor: 'rgba(0,0,0,0)',
        plot_bgcolor: 'rgba(0,0,0,0)',
        hovermode: false,
        font: { family: 'system-ui, sans-serif', size: 10, color: palette.soft },
        xaxis: { ...axis, range: [-0.5, end + 0.5], tickvals: ticks.values, ticktext: ticks.texts },
        yaxis: {
          ...axis,
          range: [taps.length, 0],
          tickvals: rows.map(({ start }) => start),
          ticktext: rows.map(({ stage }) => stage),
        },
        shapes: own.map(({ step }) => ({
          type: 'line',
          x0: step,
          x1: step,
          yref: 'paper',
          y0: 0,
          y1: 1,
          line: { color: palette.ink, width: 1, dash: 'dot' },
        })),
      },
      CONFIG,
    );
    title.replaceChildren(
      letterMark(lookOf(letter, theme)),
      h('strong', { title: variants[v].label }, variants[v].label),
      rampOf(range, letter, theme, isSigned(heat)),
    );
  };

  /**
   * Draw a frame around a block's rows.
   *
   * @param {HTMLElement} box
   * @param {State['hover']} focus
   * @param {string[]} taps
   */
  const frame = (box, focus, taps) => {
    const own = focus?.block ? rowsOf(taps, focus.block) : null;
    box.hidden = own === null;
    if (!own) return;
    const { width, height } = area();
    const row = height / taps.length;
    Object.assign(box.style, {
      left: `${MARGIN.l}px`,
      width: `${width}px`,
      top: `${(MARGIN.t + own[0] * row).toFixed(1)}px`,
      height: `${Math.max(2, (own[1] - own[0]) * row).toFixed(1)}px`,
    });
  };

  return {
    resize() {
      axes = '';
      size = { width: element.clientWidth, height: element.clientHeight };
    },
    /** @param {State} state @param {[number, number]} range @param {boolean} rescaled */
    draw(state, range, rescaled) {
      const { history, theme, settings, shown, step, variants, hover, selection, heat } = state;
      end = Math.max(settings.steps - 1, history.steps[history.length - 1], 1);
      drawAxes(state, range);
      const { data, width } = history.variants[v];
      const rows = width[heat];
      if (generation !== history.generation || buffer.height !== rows || rescaled || drawn > history.length) {
        generation = history.generation;
        buffer.width = history.capacity;
        buffer.height = rows;
        drawn = 0;
      }
      if (drawn < history.length) {
        const table = colorTable(isSigned(heat) ? 'signed' : variants[v].letter, theme);
        const columns = history.length - drawn;
        const image = pen.createImageData(columns, rows);
        for (let c = 0; c < columns; c += 1) {
          for (let r = 0; r < rows; r += 1) {
            const at = 4 * colorIndex(data[heat][(drawn + c) * rows + r], range);
            image.data.set(table.subarray(at, at + 4), 4 * (r * columns + c));
          }
        }
        pen.putImageData(image, drawn, 0);
        drawn = history.length;
      }
      const { width: w, height: t } = area();
      const ratio = globalThis.devicePixelRatio || 1;
      if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(t * ratio)) {
        canvas.width = Math.round(w * ratio);
        canvas.height = Math.round(t * ratio);
        canvas.style.width = `${w}px`;
        canvas.style.height = `${t}px`;
      }
      const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      brush.imageSmoothingEnabled = false;
      brush.clearRect(0, 0, canvas.width, canvas.height);
      drawColumns(brush, buffer, history, end, canvas.width, canvas.height);
      const own = namesOf(variants[v], heat);
      frame(lit, hover, own);
      frame(picked, selection, own);
      showTip();
      cursor.hidden = shown === 'live';
      cursor.style.transform = `translateX(${(MARGIN.l + ((step + 0.5) / (end + 1)) * w).toFixed(1)}px)`;
    },
    destroy() {
      Plotly.purge(plot);
      element.remove();
    },
  };
}
