/** @file Handles of a drawn prediction: on the figure for the hand, as fields for the keyboard; the numbers are one. */
import { formatNumber } from '../../figure/scale.js';
import { h, svg } from '../../view/dom.js';

/** @typedef {import('../../figure/lesson/axes.js').Axes} Axes */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: 0.5, ArrowDown: -0.5, PageUp: 3, PageDown: -3 });

/**
 * Make a handle for each block.
 *
 * @param {{at: number[], low: number, high: number, question: string, onMove: (logs: number[]) => void}} of
 */
export function createHandles({ at, low, high, question, onMove }) {
  /** @type {number[]} */
  let logs = [];
  /** @type {Axes|null} */
  let axes = null;
  const held = (/** @type {number} */ log) => Math.min(high, Math.max(low, log));
  const move = (/** @type {number} */ i, /** @type {number} */ log) => {
    logs = logs.map((one, at) => (at === i ? held(log) : one));
    place();
    onMove(logs);
  };
  const handles = at.map((block, i) => {
    const handle = svg(
      'g',
      { class: 'handle', role: 'slider', tabindex: 0, 'aria-orientation': 'vertical', 'aria-label': `Block ${block}` },
      svg('circle', { r: 22, class: 'handle-reach' }),
      svg('circle', { r: 11, class: 'handle-ring' }),
      svg('path', { d: 'M-4,-2l4,-4l4,4M-4,2l4,4l4,-4', class: 'handle-mark' }),
    );
    /** @param {PointerEvent} event */
    const follow = (event) => {
      const root = handle.ownerSVGElement;
      if (!axes || !root) return;
      const { top, height } = root.getBoundingClientRect();
      move(i, axes.log(((event.clientY - top) / height) * root.viewBox.baseVal.height));
    };
    handle.addEventListener('pointerdown', (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
    });
    handle.addEventListener('pointermove', (event) => {
      if (handle.hasPointerCapture(event.pointerId)) follow(event);
    });
    handle.addEventListener('keydown', (event) => {
      const by = STEPS[event.key];
      if (by !== undefined) move(i, Math.round((logs[i] + by) * 2) / 2);
      else if (event.key === 'Home' || event.key === 'End') move(i, event.key === 'Home' ? low : high);
      else return;
      event.preventDefault();
    });
    return handle;
  });
  const fields = at.map((_, i) => {
    const field = h('input', {
      type: 'text',
      inputmode: 'decimal',
      class: 'field-input',
      size: 8,
      autocomplete: 'off',
    });
    field.addEventListener('change', () => {
      const value = Number(field.value.replace(',', '.').replace('×10', 'e'));
      if (value > 0) move(i, Math.log10(value));
      else place();
    });
    return field;
  });
  const place = () => {
    logs.forEach((log, i) => {
      const handle = handles[i];
      if (axes) handle.setAttribute('transform', `translate(${axes.x(at[i] - 1)},${axes.y(log)})`);
      handle.setAttribute('aria-valuemin', String(low));
      handle.setAttribute('aria-valuemax', String(high));
      handle.setAttribute('aria-valuenow', log.toFixed(1));
      handle.setAttribute('aria-valuetext', formatNumber(10 ** log));
      if (document.activeElement !== fields[i]) fields[i].value = plain(log);
    });
  };
  return {
    group: svg('g', { class: 'handles', role: 'group', 'aria-label': question }, ...handles),
    fields: at.map((block, i) => h('label', { class: 'number' }, h('span', {}, `Block ${block}`), fields[i])),
    logs: () => logs,
    /** @param {number[]} next */
    set(next) {
      logs = next.map(held);
      place();
    },
    /** @param {Axes} next */
    fit(next) {
      axes = next;
      place();
    },
  };
}

/** A number as one types it: 0.1, 3e-9. @param {number} log */
function plain(log) {
  const value = 10 ** log;
  return value >= 1e-3 && value < 1e4 ? String(Number(value.toPrecision(2))) : value.toExponential(0);
}
