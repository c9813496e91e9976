/** @file The styles of networks in which nothing was measured: paths in their own hue, no magnitudes. Pure. */
import { PALETTES } from './palette.js';
import { dashOf, gapOf, inkOf } from './styles.js';

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./styles.js').LineStyle} LineStyle */

/**
 * Style every element of a layout.
 *
 * @param {Layout} layout @param {import('../view/state/state.js').Variant[]} variants @param {'light'|'dark'} theme
 * @returns {import('./styles.js').Styles}
 */
export function bareStyles(layout, variants, theme) {
  const palette = PALETTES[theme];
  const isOn = (/** @type {{variant: number, block: number}} */ { variant, block }) =>
    variants[variant].skips[Math.max(0, block)] ?? false;
  return {
    lines: layout.lines.map((line) => {
      const on = isOn(line);
      if (line.part === 'branch')
        return { color: on ? palette.residual : palette.plain, width: 2, dash: 'solid', opacity: 1 };
      if (line.part === 'trunk') return { color: palette.soft, width: 1.4, dash: 'solid', opacity: 1 };
      if (!on) return { color: palette.plain, width: 1.4, dash: gapOf(line.length), opacity: 0.42 };
      return { color: palette.identity, width: 2, dash: dashOf(line.part, 2), opacity: 1 };
    }),
    boxes: layout.boxes.map(() => ({
      fill: palette.raised,
      ink: palette.ink,
      line: palette.faint,
      width: 1,
      hatch: null,
    })),
    junctions: layout.junctions.map((one) => (isOn(one) ? 1 : 0)),
    texts: layout.texts.map((text) => inkOf(text, variants, theme)),
    values: layout.values.map((one) => ({
      text: one.part === 'skip' && !isOn(one) && !variants[one.variant].summary.foreign ? 'cut' : '',
      ink: palette.plain,
    })),
  };
}
