/** @file The cells of strips on their canvases: identity above, residual below, a cell a block. */
import { drawnBatch, drawnVariants } from '../../figure/measured.js';
import { PALETTES } from '../../figure/palette.js';
import { magnitudesOf, QUANTITIES } from '../../figure/quantity.js';
import { rampColor, shareOf } from '../../figure/scale.js';
import { localRanges, rangeOf } from '../../figure/styles.js';
import { isStructure } from '../state/phase.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {{canvas: HTMLCanvasElement, strip: import('../../figure/layout.js').Strip}} StripCanvas */

/** So many colours a hue are told apart. */
const BINS = 96;

/**
 * Paint all strips.
 *
 * @param {StripCanvas[]} canvases @param {State} state
 */
export function paintStrips(canvases, state) {
  const { linear } = QUANTITIES[state.quantity];
  const range = rangeOf(state);
  const table = /** @type {Record<string, string[]>} */ ({});
  const colorOf = (
    /** @type {'identity'|'residual'|'plain'} */ hue,
    /** @type {number} */ value,
    /** @type {number} */ variant,
    /** @type {number} */ block,
  ) => {
    table[hue] ??= Array.from({ length: BINS + 1 }, (_, i) => rampColor(hue, i / BINS, state.theme));
    return table[hue][Math.round(shareOf(value, local ? local(variant, block) : range) * BINS)];
  };
  const magnitudes = state.variants.map((variant, v) =>
    magnitudesOf(state.quantity, variant, state.values[v], drawnBatch(state)),
  );
  const local = localRanges(state, magnitudes);
  const palette = PALETTES[state.theme];
  const variants = drawnVariants(state);
  const bare = isStructure(state);
  for (const { canvas, strip } of canvases) {
    const context = canvas.getContext('2d');
    if (!context) continue;
    const { skips } = variants[strip.variant];
    const m = magnitudes[strip.variant];
    const half = canvas.height / 2;
    const cell = canvas.width / strip.count;
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < strip.count; i += 1) {
      const block = strip.from + i;
      const x = Math.floor(i * cell);
      const w = Math.max(1, Math.floor((i + 1) * cell) - x - (cell > 3 ? 1 : 0));
      const branch = Number.isNaN(m.branch[block]) ? m.trunk[block] : m.branch[block];
      const skip = m.skip[block];
      if (bare) {
        drawCell(
          context,
          x,
          0,
          w,
          half - 1,
          skips[block] ? { value: skip, color: palette.identity } : null,
          palette,
          linear,
        );
        drawCell(
          context,
          x,
          half,
          w,
          half,
          { value: branch, color: skips[block] ? palette.residual : palette.plain },
          palette,
          linear,
        );
        continue;
      }
      drawCell(
        context,
        x,
        0,
        w,
        half - 1,
        skips[block]
          ? { value: skip, color: Number.isFinite(skip) ? colorOf('identity', skip, strip.variant, block) : '' }
          : null,
        palette,
        linear,
      );
      drawCell(
        context,
        x,
        half,
        w,
        half,
        {
          value: branch,
          color: Number.isFinite(branch)
            ? colorOf(skips[block] ? 'residual' : 'plain', branch, strip.variant, block)
            : '',
        },
        palette,
        linear,
      );
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} height
 * @param {{value: number, color: string}|null} cell null where the skip is cut
 * @param {import('../../figure/palette.js').Palette} palette @param {boolean} linear
 */
function drawCell(context, x, y, w, height, cell, palette, linear) {
  if (cell === null) {
    context.fillStyle = palette.plain;
    context.fillRect(x, y + height / 2 - 0.5, w, 1);
    return;
  }
  if (cell.color) {
    context.fillStyle = cell.color;
    context.fillRect(x, y, w, height);
    return;
  }
  // an exact zero is an outline, not finite is solid ink, not measured is a dotted base line
  context.fillStyle = Number.isNaN(cell.value) ? palette.faint : palette.ink;
  if (cell.value === -Infinity && !linear) {
    context.fillRect(x, y, w, 1);
    context.fillRect(x, y + height - 1, w, 1);
  } else if (cell.value === Infinity) context.fillRect(x, y, w, height);
  else context.fillRect(x, y + height - 1, Math.max(1, w / 2), 1);
}
