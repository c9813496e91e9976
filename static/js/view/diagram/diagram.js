/**
 * @file The diagram: Plotly draws it when its structure changes, a step only paints what Plotly drew.
 */

import { bareStyles } from '../../figure/bare.js';
import { CONFIG, figureOf, TRACE } from '../../figure/drawing.js';
import { endOf, endPlaces, nameAt } from '../../figure/ends.js';
import { layoutDiagram } from '../../figure/layout.js';
import { withLegend } from '../../figure/legendfigure.js';
import { drawnVariants } from '../../figure/measured.js';
import { netOf } from '../../figure/net.js';
import { withStrips } from '../../figure/stripfigure.js';
import { stylesOf } from '../../figure/styles.js';
import { h } from '../dom.js';
import Plotly from '../plotly.js';
import { isStructure } from '../state/phase.js';
import { whenChanged } from '../state/select.js';
import { hatches } from './hatches.js';
import { findDrawn, paint } from './paint.js';
import { roomIn } from './room.js';
import { mountStrips } from './strips.js';
import { focusOf, mountSwitches } from './switches.js';
import { mountTooltip } from './tooltip.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */
/** @typedef {import('../../figure/layout.js').Layout} Layout */
/** @typedef {import('../../figure/net.js').Net} Net */
/** @typedef {import('./paint.js').Drawn} Drawn */

/** How long the stream must rest before the figure is written anew, in milliseconds. */
const REST = 600;

/**
 * Mount the diagram.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View & {toImage: (format: 'png'|'svg') => Promise<string>, zoomBy: (step: number) => void}} zoomBy 0 goes
 *   back to all
 */
export function mountDiagram(root, store) {
  const hatch = store.id('hatch');
  const stage = h('div', { class: 'diagram-stage' });
  const plot = /** @type {import('../plotly.js').PlotElement} */ (
    /** @type {HTMLElement} */ (h('div', { class: 'diagram-plot', 'aria-hidden': 'true' }))
  );
  const marks = h('div', { class: 'diagram-marks', 'aria-hidden': 'true' });
  stage.append(hatches(hatch), marks, plot);
  root.append(stage);
  const strips = mountStrips(stage, store);
  const switches = mountSwitches(stage, store);
  const tooltip = mountTooltip(stage);

  /** @type {Layout|null} */
  let layout = null;
  /** @type {Drawn|null} */
  let drawn = null;
  /** @type {Net[]} */
  let nets = [];
  /** @type {State|null} */
  let last = null;
  let written = true;
  let zoom = 1;
  let size = roomIn(root);
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let resting;

  /** @param {State} state */
  const structureOf = (state) => [
    state.theme,
    state.view,
    state.brush?.from,
    state.brush?.to,
    size.width,
    size.height,
    zoom,
    ...state.variants.flatMap((variant) => [variant.summary, variant.label, variant.letter]),
  ];

  const draw = whenChanged(structureOf, (/** @type {State} */ state) => {
    nets = state.variants.map(netOf);
    layout = layoutDiagram({
      nets,
      width: size.width * zoom,
      height: size.height * zoom,
      view: state.view,
      brush: state.brush,
    });
    stage.style.width = `${layout.width}px`;
    stage.style.height = `${layout.height}px`;
    // the panel grows to what its blocks need: nothing is cut off at its edge
    if (zoom === 1) root.style.minHeight = `${layout.height}px`;
    root.dataset.layout = layout.kind;
    write(state);
    strips.place(state, layout);
    listen();
    find();
    if (drawn) paint(drawn, stylesNow(state, layout));
    restyle.note(state);
    mark.again();
  });

  /** Give Plotly the figure with the newest styles. @param {State} state */
  const write = (state) => {
    if (!layout) return;
    const figure = figureOf(layout, stylesNow(state, layout), state.theme);
    void Plotly.react(plot, figure.data, figure.layout, CONFIG);
    written = true;
  };

  const restyle = whenChanged(
    ({ values, scale, quantity, variants, settings }) => [values, scale, quantity, variants, settings],
    (/** @type {State} */ state) => {
      if (!layout || !drawn) return;
      paint(drawn, stylesNow(state, layout));
      strips.paint(state, layout);
      written = false;
      clearTimeout(resting);
      resting = setTimeout(rest, REST);
    },
  );

  const find = () => {
    if (!layout) return;
    drawn = findDrawn(plot, layout, hatch);
  };

  const rest = () => {
    if (store.state.phase === 'running') resting = setTimeout(rest, REST);
    else if (!written && layout) write(store.state);
  };

  /** @param {import('../plotly.js').PlotEvent} event */
  const pointed = (event) => {
    const one = event.points?.[0];
    if (!layout || !one) return null;
    if (one.curveNumber === TRACE.boxes) return layout.boxes[one.pointNumber];
    if (one.curveNumber === TRACE.junctions) return { ...layout.junctions[one.pointNumber], layer: '' };
    if (one.curveNumber === TRACE.points) return layout.points[one.pointNumber];
    return null;
  };
  /** @param {{variant: number, block: number, layer: string}} place */
  const focusAt = (place) => {
    const base = focusOf(
      store.state,
      place.block >= 0
        ? place
        : {
            variant: place.variant,
            block:
              endOf(store.state.variants[place.variant], place.layer) === 'head' ? nets[place.variant].numBlocks : -1,
          },
    );
    return { ...base, layer: place.layer || null };
  };

  let listening = false;
  const listen = () => {
    if (listening) return;
    listening = true;
    plot.on('plotly_afterplot', find);
    plot.on('plotly_hover', (event) => {
      const place = pointed(event);
      if (place) store.dispatch({ type: 'hover', focus: focusAt(place) });
    });
    plot.on('plotly_unhover', () => store.dispatch({ type: 'hover', focus: null }));
    plot.on('plotly_click', (event) => {
      const place = pointed(event);
      if (place) store.dispatch({ type: 'select', focus: focusAt(place) });
    });
  };

  const mark = whenChanged(
    ({ hover, selection }) => [hover, selection],
    (/** @type {State} */ state) => {
      if (!layout) return;
      const wanted = [
        ...(state.hover?.block ? [{ focus: state.hover, kind: 'hovered' }] : []),
        ...(state.selection?.block ? [{ focus: state.selection, kind: 'selected' }] : []),
      ];
      const places = [...layout.blocks, ...endPlaces(layout, state.variants)];
      const boxes = wanted.flatMap(({ focus, kind }) =>
        places
          .filter((place) => nameAt(state.variants[place.variant], place.block) === focus.block)
          .map((place) => {
            const element = h('div', { class: `mark ${kind}${place.variant === focus.variant ? ' own' : ''}` });
            Object.assign(element.style, {
              left: `${place.x}px`,
              top: `${place.y}px`,
              width: `${place.w}px`,
              height: `${place.h}px`,
            });
            return element;
          }),
      );
      marks.replaceChildren(...boxes);
      strips.mark(state, layout);
    },
  );
  // the details that open beside it leave the diagram less room, and fewer blocks in focus
  const follow = whenChanged(
    ({ selection }) => [selection, size.width],
    (/** @type {State} */ state) => {
      if (layout) strips.follow(state, layout);
    },
  );

  const observer = new ResizeObserver(() => {
    const next = roomIn(root);
    if (next.width === size.width && next.height === size.height) return;
    size = next;
    if (last) update(last);
  });
  observer.observe(root);
  // a part below that grows takes room, which shows in the size of all: the drawing itself holds its own
  const around = root.closest('.explore');
  if (around) observer.observe(around);

  /** @param {State} state */
  const update = (state) => {
    last = state;
    if (state.variants.length === 0 || state.values.length === 0 || size.width === 0) return;
    draw(state);
    restyle(state);
    if (layout) switches.update(state, layout);
    mark(state);
    follow(state);
    tooltip.update(state, layout);
  };

  /** @param {number} next */
  const setZoom = (next) => {
    const clamped = Math.max(1, Math.min(3, Math.round(next * 4) / 4));
    if (clamped === zoom) return;
    const centre = {
      x: (root.scrollLeft + root.clientWidth / 2) / zoom,
      y: (root.scrollTop + root.clientHeight / 2) / zoom,
    };
    zoom = clamped;
    root.dataset.zoom = String(zoom);
    update(store.state);
    root.scrollTo(centre.x * zoom - root.clientWidth / 2, centre.y * zoom - root.clientHeight / 2);
  };
  /** @param {WheelEvent} event */
  const wheel = (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    setZoom(zoom - Math.sign(event.deltaY) * 0.25);
  };
  root.addEventListener('wheel', wheel, { passive: false });

  return {
    update,
    zoomBy: (step) => setZoom(step === 0 ? 1 : zoom + step),
    async toImage(format) {
      const { state } = store;
      if (!layout) return Plotly.toImage(plot, { format });
      const figure = figureOf(layout, stylesNow(state, layout), state.theme);
      const shown = isStructure(state) ? { ...state, values: [] } : state;
      const told = withLegend(withStrips(figure, shown, layout), shown, layout);
      return Plotly.toImage(told, {
        format,
        width: told.layout.width,
        height: told.layout.height,
        scale: format === 'png' ? 2 : 1,
      });
    },
    destroy() {
      clearTimeout(resting);
      root.removeEventListener('wheel', wheel);
      observer.disconnect();
      switches.destroy();
      strips.destroy();
      tooltip.destroy();
      Plotly.purge(plot);
      stage.remove();
      root.style.minHeight = '';
      delete root.dataset.layout;
      delete root.dataset.zoom;
    },
  };
}

/**
 * The styles of a state; in a page of structures nothing has a magnitude.
 *
 * @param {State} state
 * @param {Layout} layout
 */
function stylesNow(state, layout) {
  return isStructure(state) ? bareStyles(layout, drawnVariants(state), state.theme) : stylesOf(state, layout);
}
