/**
 * @file The colours that carry no magnitude: paper, ink, lines. The same values as the CSS custom properties of
 * base.css; Plotly needs them as text. They lie in colors.json, which Python reads too.
 */
import colors from './colors.json' with { type: 'json' };

/**
 * @typedef {object} Palette
 * @property {string} paper behind everything
 * @property {string} panel
 * @property {string} raised a box without a number
 * @property {string} line
 * @property {string} grid
 * @property {string} ink
 * @property {string} soft secondary text
 * @property {string} faint
 * @property {string} identity text in the hue of the path
 * @property {string} residual
 * @property {string} plain
 */

/** @type {Record<'light'|'dark', Palette>} */
export const PALETTES = colors.palettes;
