/**
 * @file The strips of the whole depth, one cell a block, on canvases under the plot; and the brush that says which
 * blocks are drawn in full.
 */
import { h } from '../dom.js';
import { paintStrips } from './stripcanvas.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../../figure/layout.js').Layout} Layout */
/** @typedef {import('../../figure/layout.js').Strip} Strip */

/**
 * Mount the strips of a diagram.
 *
 * @param {HTMLElement} stage
 * @param {Store} store
 */
export function mountStrips(stage, store) {
  const layer = h('div', { class: 'strips' });
  const brush = h('div', {
    class: 'brush',
    role: 'slider',
    tabindex: 0,
    'aria-label': 'Blocks in focus',
    'aria-valuemin': 1,
    hidden: true,
  });
  stage.append(layer, brush);
  /** @type {import('./stripcanvas.js').StripCanvas[]} */
  let canvases = [];
  /** @type {Layout|null} */
  let layout = null;
  /** @type {HTMLElement[]} */
  let windows = [];
  /** @type {HTMLElement[]} */
  let frames = [];

  /** @param {number} from */
  const moveTo = (from) => {
    if (!layout?.brush) return;
    const size = layout.brush.to - layout.brush.from;
    const first = Math.max(0, Math.min(Math.round(from), layout.places - size));
    if (first !== layout.brush.from) store.dispatch({ type: 'brush', brush: { from: first, to: first + size } });
  };

  brush.addEventListener('keydown', (event) => {
    if (!layout?.brush) return;
    const { from, to } = layout.brush;
    const jump = /** @type {Record<string, number>} */ ({
      ArrowLeft: from - 1,
      ArrowDown: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from + 1,
      PageDown: from - (to - from),
      PageUp: from + (to - from),
      Home: 0,
      End: layout.places,
    })[event.key];
    if (jump === undefined) return;
    event.preventDefault();
    moveTo(jump);
  });

  /** @param {PointerEvent} event */
  const pointTo = (event) => {
    if (!layout?.brush) return;
    const box = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const rows = layout.strips.filter((strip) => strip.count > 0);
    const strip = rows.reduce((best, one) =>
      Math.abs(one.y + one.h / 2 - y) < Math.abs(best.y + best.h / 2 - y) ? one : best,
    );
    const at = strip.place + ((x - strip.x) / strip.w) * strip.count;
    moveTo(at - (layout.brush.to - layout.brush.from) / 2);
  };
  layer.addEventListener('pointerdown', (event) => {
    layer.setPointerCapture(event.pointerId);
    pointTo(event);
    brush.focus({ preventScroll: true });
  });
  layer.addEventListener('pointermove', (event) => {
    if (layer.hasPointerCapture(event.pointerId)) pointTo(event);
    const focus = focusAt(event);
    const { hover } = store.state;
    if (focus?.block !== hover?.block || focus?.variant !== hover?.variant) store.dispatch({ type: 'hover', focus });
  });
  layer.addEventListener('pointerleave', () => store.dispatch({ type: 'hover', focus: null }));

  /** The block whose cell is pointed at. @param {PointerEvent} event */
  const focusAt = (event) => {
    const one = canvases.find(({ canvas }) => canvas === event.target);
    if (!one) return null;
    const { strip } = one;
    const share = (event.clientX - one.canvas.getBoundingClientRect().x) / strip.w;
    const name =
      store.state.variants[strip.variant]?.blocks[
        strip.from + Math.min(strip.count - 1, Math.max(0, Math.floor(share * strip.count)))
      ];
    return name ? { variant: strip.variant, block: name, tap: name, layer: null } : null;
  };

  /** @param {State} state @param {Layout} next */
  const paint = (state, next) => {
    paintStrips(canvases, state);
    layout = next;
  };

  return {
    paint,
    /** Frame the cells of the blocks that are pointed at and selected. @param {State} state @param {Layout} next */
    mark(state, next) {
      for (const element of frames) element.remove();
      frames = /** @type {const} */ (['hover', 'selection']).flatMap((kind) => {
        const focus = state[kind];
        const block = focus?.block ? (state.variants[focus.variant]?.blocks.indexOf(focus.block) ?? -1) : -1;
        const strip = next.strips.find(
          (one) => one.variant === focus?.variant && block >= one.from && block < one.from + one.count,
        );
        if (!strip) return [];
        const cell = strip.w / strip.count;
        const element = h('div', { class: `strip-mark ${kind}`, 'aria-hidden': 'true' });
        Object.assign(element.style, {
          left: `${strip.x + (block - strip.from) * cell}px`,
          top: `${strip.y}px`,
          width: `${Math.max(2, cell)}px`,
          height: `${strip.h}px`,
        });
        return [element];
      });
      layer.append(...frames);
    },
    /**
     * Bring the brush to the block that was selected, where it is not drawn in full.
     *
     * @param {State} state
     * @param {Layout} next
     */
    follow({ selection, variants }, next) {
      if (!next.brush || !selection?.block) return;
      const block = variants[selection.variant]?.blocks.indexOf(selection.block) ?? -1;
      const strip = next.strips.find(
        (one) => one.variant === selection.variant && block >= one.from && block < one.from + one.count,
      );
      const place = strip ? strip.place + block - strip.from : -1;
      const { from, to } = next.brush;
      if (place >= 0 && (place < from || place >= to)) moveTo(place - Math.floor((to - from) / 2));
    },
    /** @param {State} state @param {Layout} next */
    place(state, next) {
      layout = next;
      const scale = Math.min(2, globalThis.devicePixelRatio || 1);
      if (canvases.length !== next.strips.length) {
        canvases = next.strips.map((strip) => ({ canvas: h('canvas'), strip }));
        layer.replaceChildren(...canvases.map(({ canvas }) => canvas));
      }
      next.strips.forEach((strip, i) => {
        const { canvas } = canvases[i];
        canvases[i].strip = strip;
        Object.assign(canvas.style, {
          left: `${strip.x}px`,
          top: `${strip.y}px`,
          width: `${strip.w}px`,
          height: `${strip.h}px`,
        });
        canvas.width = Math.max(1, Math.round(strip.w * scale));
        canvas.height = Math.max(2, Math.round(strip.h * scale));
      });
      layer.hidden = next.strips.length === 0;
      brush.hidden = next.windows.length === 0;
      for (const element of windows) element.remove();
      windows = next.windows.slice(1).map(() => h('div', { class: 'brush', 'aria-hidden': 'true' }));
      stage.append(...windows);
      [brush, ...windows].forEach((element, i) => {
        const rect = next.windows[i];
        if (rect)
          Object.assign(element.style, {
            left: `${rect.x}px`,
            top: `${rect.y}px`,
            width: `${rect.w}px`,
            height: `${rect.h}px`,
          });
      });
      if (next.brush) {
        brush.setAttribute('aria-valuenow', String(next.brush.from + 1));
        brush.setAttribute('aria-valuemax', String(next.places - (next.brush.to - next.brush.from) + 1));
        brush.setAttribute('aria-valuetext', `blocks ${next.brush.from + 1} to ${next.brush.to}`);
      }
      if (next.strips.length > 0) paint(state, next);
    },
    destroy() {
      layer.remove();
      brush.remove();
      for (const element of windows) element.remove();
    },
  };
}
