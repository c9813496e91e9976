/** @file The contents of a heatmap's panel within its axes: the columns on its canvas, and its scale. */
import { formatDecade, rampColor, signedColor } from '../../figure/scale.js';
import { h } from '../dom.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../../figure/history.js').History} History */

/**
 * A panel's scale, with the decades at its ends, or -1 and 1.
 *
 * @param {[number, number]} range
 * @param {import('../../figure/networks.js').Letter} letter
 * @param {State['theme']} theme
 * @param {boolean} signed
 */
export function rampOf([low, high], letter, theme, signed) {
  const at = [0, 0.25, 0.5, 0.75, 1];
  const stops = at.map((share) => (signed ? signedColor(2 * share - 1, theme) : rampColor(letter, share, theme)));
  const text = (/** @type {number} */ end) => (signed ? String(end).replace('-', '−') : formatDecade(end));
  return h(
    'span',
    { class: 'heatmap-scale' },
    text(low),
    h('span', { class: 'heatmap-ramp', style: `background:linear-gradient(90deg, ${stops.join(', ')})` }),
    text(high),
  );
}

/**
 * Rows of evenly spaced steps are drawn at once; others one by one. Each column reaches to the next recorded step.
 *
 * @param {CanvasRenderingContext2D} brush
 * @param {HTMLCanvasElement} buffer
 * @param {History} history
 * @param {number} end
 * @param {number} width
 * @param {number} height
 */
export function drawColumns(brush, buffer, history, end, width, height) {
  const { steps, length } = history;
  const scale = width / (end + 1);
  let start = 0;
  while (start < length) {
    const gap = start + 1 < length ? steps[start + 1] - steps[start] : 1;
    let stop = start + 1;
    while (stop < length && steps[stop] - steps[stop - 1] === gap) stop += 1;
    brush.drawImage(
      buffer,
      start,
      0,
      stop - start,
      buffer.height,
      steps[start] * scale,
      0,
      (stop - start) * gap * scale,
      height,
    );
    // the last of them reaches to a step that is further away
    if (stop < length && steps[stop] - steps[stop - 1] > gap) {
      const reach = (steps[stop] - steps[stop - 1]) * scale;
      brush.drawImage(buffer, stop - 1, 0, 1, buffer.height, steps[stop - 1] * scale, 0, reach, height);
    }
    start = stop;
  }
}
