/**
 * @file The colours that carry no magnitude: paper, ink, lines. The same values as the CSS custom properties of
 * base.css; Plotly needs them as text.
 */

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
export const PALETTES = {
  light: {
    paper: '#ffffff',
    panel: '#f7f8fb',
    raised: '#ffffff',
    line: '#dfe3ec',
    grid: '#e8ebf2',
    ink: '#1a2233',
    soft: '#596377',
    faint: '#9aa3b5',
    identity: '#b4470a',
    residual: '#1f5fae',
    plain: '#5d5769',
  },
  dark: {
    paper: '#0f1218',
    panel: '#161a23',
    raised: '#1d222d',
    line: '#2a303d',
    grid: '#232936',
    ink: '#e9ecf3',
    soft: '#a0a9bb',
    faint: '#6a7385',
    identity: '#ffb45c',
    residual: '#76b3ff',
    plain: '#c9c3d4',
  },
};
