/**
 * @file Layers x steps of log10 magnitude, a panel a variant: every recorded step is a column of pixels on a canvas under
 * Plotly's axes. Pointing at a step shows it everywhere.
 */
import { h } from '../dom.js';
import { PALETTES } from '../palette.js';
import Plotly from '../plotly.js';
import { colorIndex, colorTable, createKeyedFollower, decadeRange, decadeTicks } from '../scale.js';
import { hueOf } from './hues.js';
import { blockAt, rowsOf } from './taprows.js';
import { fitTicks, ticksTo } from './ticks.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../store.js').Store} Store */
/** @typedef {import('../store.js').View} View */
/** @typedef {import('../history.js').History} History */

const MARGIN = { l: 54, r: 10, t: 20, b: 20 };
const CONFIG = { displayModeBar: false, showSendToCloud: false, displaylogo: false, staticPlot: true };
const EMPTY = 'Press play: each recorded step becomes a column here. Point at one and everything shows it.';

/**
 * Mount the heatmaps.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View & {figure: () => import('./lines.js').Figure|null}}
 */
export function mountHeatmap(root, store) {
  const empty = h('p', { class: 'chart-empty' }, EMPTY);
  const panels = h('div', { class: 'heatmap-panels' });
  root.append(panels, empty);
  /** @type {ReturnType<typeof createPanel>[]} */
  let all = [];
  const follow = createKeyedFollower();
  /** @type {[number, number]} */
  let range = [-6, 0];
  /** @type {unknown[]} */
  let seen = [];
  const observer = new ResizeObserver(() => {
    seen = [];
    for (const panel of all) panel.resize();
    update(store.state);
  });
  observer.observe(root);

  /** @param {State} state */
  function update(state) {
    const { history, variants, theme, settings, shown, step, changes, hover } = state;
    const has = history.length > 0 && variants.length === history.variants.length;
    empty.hidden = has;
    panels.hidden = !has;
    const slice = [history, theme, settings.steps, shown, step, changes, hover];
    if (!has || slice.every((one, i) => one === seen[i])) return;
    const structure = seen[1] !== theme || all.length !== variants.length;
    seen = slice;
    if (structure) {
      for (const panel of all) panel.destroy();
      all = variants.map((_, v) => createPanel(panels, store, v));
      for (const panel of all) panel.resize(); // each one narrows those before it
    }
    const newest = history.variants.flatMap(({ data, width }) => {
      const w = width.gradient_rms;
      return [...data.gradient_rms.subarray((history.length - 1) * w, history.length * w)];
    });
    const next = follow([state.run.id, ...variants.map(({ summary }) => summary)], decadeRange(newest), state.scale.locked);
    const rescaled = next !== null && (next[0] !== range[0] || next[1] !== range[1]);
    if (next) range = next;
    for (const panel of all) panel.draw(state, range, rescaled);
  }
  return {
    update,
    figure: () => figureOf(store.state, range),
    destroy() {
      observer.disconnect();
      for (const panel of all) panel.destroy();
      root.replaceChildren();
    },
  };
}

/** All panels as one figure for an export, drawn by Plotly alone. @param {State} state @param {[number, number]} range */
function figureOf({ history, variants, theme }, range) {
  if (history.length === 0) return null;
  const palette = PALETTES[theme];
  const ticks = decadeTicks(range, 5);
  const steps = Array.from(history.steps.subarray(0, history.length));
  const share = 1 / history.variants.length;
  /** @type {Record<string, any>} */
  const layout = { paper_bgcolor: palette.paper, plot_bgcolor: palette.paper, font: { size: 10, color: palette.soft }, margin: { l: 60, r: 60, t: 40, b: 40 }, annotations: [] };
  const data = history.variants.map(({ data: columns, width }, v) => {
    const rows = width.gradient_rms;
    const axis = v === 0 ? '' : String(v + 1);
    layout[`xaxis${axis}`] = { domain: [v * share + (v > 0 ? 0.05 : 0), (v + 1) * share], anchor: `y${axis}`, title: { text: 'step' } };
    layout[`yaxis${axis}`] = { anchor: `x${axis}`, autorange: 'reversed', showticklabels: v === 0 };
    layout.annotations.push({ text: `${variants[v].label}: gradient RMS`, xref: 'paper', yref: 'paper', x: v * share + (v > 0 ? 0.05 : 0), y: 1.06, xanchor: 'left', showarrow: false });
    const colors = colorTable(hueOf(variants[v].skips), theme);
    const scale = [0, 0.25, 0.5, 0.75, 1].map((at) => {
      const i = 4 * colorIndex(range[0] + at * (range[1] - range[0]), range);
      return [at, `rgb(${colors[i]},${colors[i + 1]},${colors[i + 2]})`];
    });
    return {
      type: 'heatmap', x: steps, y: variants[v].taps, xaxis: `x${axis}`, yaxis: `y${axis}`, zmin: range[0], zmax: range[1], colorscale: scale, showscale: v === 0,
      z: Array.from({ length: rows }, (_, r) => steps.map((__, c) => {
        const log = columns.gradient_rms[c * rows + r];
        return Number.isFinite(log) ? log : null;
      })),
      colorbar: { tickvals: ticks.values, ticktext: ticks.texts },
    };
  });
  return { data, layout };
}

/** @param {HTMLElement} parent @param {Store} store @param {number} v */
function createPanel(parent, store, v) {
  const canvas = h('canvas', { class: 'heatmap-canvas' });
  const plot = h('div', { class: 'plot' });
  const cursor = h('div', { class: 'chart-cursor' });
  const lit = h('div', { class: 'heatmap-row', hidden: true });
  const title = h('div', { class: 'heatmap-title' });
  const element = h('div', { class: 'heatmap-panel-one' }, canvas, plot, lit, cursor, title);
  parent.append(element);
  const buffer = document.createElement('canvas');
  const pen = /** @type {CanvasRenderingContext2D} */ (buffer.getContext('2d'));
  let [drawn, generation, axes] = [0, -1, ''];
  let end = 1;

  // read when it may have changed, not at each step: reading forces a layout
  let size = { width: element.clientWidth, height: element.clientHeight };
  const area = () => ({ width: Math.max(1, size.width - MARGIN.l - MARGIN.r), height: Math.max(1, size.height - MARGIN.t - MARGIN.b) });

  /** @param {PointerEvent} event */
  const stepAt = (event) => {
    const share = (event.clientX - element.getBoundingClientRect().left - MARGIN.l) / area().width;
    return Math.min(end, Math.floor(Math.min(1, Math.max(0, share)) * (end + 1)));
  };
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    store.dispatch({ type: 'show', step: stepAt(event) });
  });
  element.addEventListener('pointermove', (event) => {
    if (element.hasPointerCapture(event.pointerId)) store.dispatch({ type: 'show', step: stepAt(event) });
    const { hover, variants } = store.state;
    const name = blockUnder(event);
    if ((hover?.block ?? null) === name && (name === null || hover?.variant === v)) return;
    store.dispatch({ type: 'hover', focus: name && variants[v] ? { variant: v, block: name, tap: name, layer: null } : null });
  });
  element.addEventListener('pointerleave', () => store.state.hover && store.dispatch({ type: 'hover', focus: null }));

  /** @param {PointerEvent} event */
  const blockUnder = (event) => {
    const { taps, blocks } = store.state.variants[v] ?? { taps: [], blocks: [] };
    const share = (event.clientY - element.getBoundingClientRect().top - MARGIN.t) / area().height;
    return blockAt(taps, blocks, Math.floor(share * taps.length));
  };

  /** @param {State} state */
  const drawAxes = (state) => {
    const { variants, theme, changes } = state;
    const palette = PALETTES[theme];
    if (size.width === 0) size = { width: element.clientWidth, height: element.clientHeight };
    const { width, height } = size;
    const blocks = variants[v].summary.graph.blocks;
    const taps = variants[v].taps;
    const stages = [...new Set(blocks.map(({ stage }) => stage))];
    const starts = stages.map((stage) => taps.findIndex((tap) => tap.startsWith(`${stage}.`)));
    const wanted = JSON.stringify([width, height, theme, end, changes.length, variants[v].label]);
    if (wanted === axes || width === 0) return;
    axes = wanted;
    const steps = ticksTo(end);
    const rows = starts.map((start, i) => ({ start, stage: stages[i] })).filter(({ start }, i, all) => i === 0 || ((start - all[i - 1].start) * area().height) / taps.length >= 11);
    const ticks = fitTicks({ values: steps, texts: steps.map(String) }, area().width, [0, end]);
    const axis = { zeroline: false, showgrid: false, fixedrange: true, linecolor: palette.line, tickfont: { size: 10, color: palette.soft } };
    void Plotly.react(plot, [], {
      width, height, margin: MARGIN, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', hovermode: false,
      font: { family: 'system-ui, sans-serif', size: 10, color: palette.soft },
      xaxis: { ...axis, range: [-0.5, end + 0.5], tickvals: ticks.values, ticktext: ticks.texts },
      yaxis: { ...axis, range: [taps.length, 0], tickvals: rows.map(({ start }) => start), ticktext: rows.map(({ stage }) => stage) },
      shapes: changes.filter((change) => change.variant === null || change.variant === v).map(({ step }) => ({
        type: 'line', x0: step, x1: step, yref: 'paper', y0: 0, y1: 1, line: { color: palette.ink, width: 1, dash: 'dot' },
      })),
    }, CONFIG);
    title.textContent = `${variants[v].label}: gradient RMS, a row a layer (stem above), a column a step`;
  };

  return {
    resize() {
      axes = '';
      size = { width: element.clientWidth, height: element.clientHeight };
    },
    /** @param {State} state @param {[number, number]} range @param {boolean} rescaled */
    draw(state, range, rescaled) {
      const { history, theme, settings, shown, step, variants, hover } = state;
      end = Math.max(settings.steps - 1, history.steps[history.length - 1], 1);
      drawAxes(state);
      const { data, width } = history.variants[v];
      const rows = width.gradient_rms;
      if (generation !== history.generation || buffer.height !== rows || rescaled || drawn > history.length) {
        generation = history.generation;
        buffer.width = history.capacity;
        buffer.height = rows;
        drawn = 0;
      }
      if (drawn < history.length) {
        const table = colorTable(hueOf(variants[v].skips), theme);
        const columns = history.length - drawn;
        const image = pen.createImageData(columns, rows);
        for (let c = 0; c < columns; c += 1) {
          for (let r = 0; r < rows; r += 1) {
            const at = 4 * colorIndex(data.gradient_rms[(drawn + c) * rows + r], range);
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
      const own = hover?.block ? rowsOf(variants[v].taps, hover.block) : null;
      lit.hidden = own === null;
      if (own) {
        const row = t / variants[v].taps.length;
        Object.assign(lit.style, { left: `${MARGIN.l}px`, width: `${w}px`, top: `${(MARGIN.t + own[0] * row).toFixed(1)}px`, height: `${Math.max(2, (own[1] - own[0]) * row).toFixed(1)}px` });
      }
      cursor.hidden = shown === 'live';
      cursor.style.transform = `translateX(${(MARGIN.l + ((step + 0.5) / (end + 1)) * w).toFixed(1)}px)`;
    },
    destroy() {
      Plotly.purge(plot);
      element.remove();
    },
  };
}

/** Rows of evenly spaced steps are drawn at once; others one by one. @param {CanvasRenderingContext2D} brush @param {HTMLCanvasElement} buffer @param {History} history @param {number} end @param {number} width @param {number} height */
function drawColumns(brush, buffer, history, end, width, height) {
  const { steps, length } = history;
  const scale = width / (end + 1);
  let start = 0;
  while (start < length) {
    const gap = start + 1 < length ? steps[start + 1] - steps[start] : 1;
    let stop = start + 1;
    while (stop < length && steps[stop] - steps[stop - 1] === gap) stop += 1;
    brush.drawImage(buffer, start, 0, stop - start, buffer.height, steps[start] * scale, 0, (stop - start) * gap * scale, height);
    start = stop;
  }
}
