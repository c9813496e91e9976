/**
 * @file The one place that takes plotly.js in. It is a script that sets `window.Plotly`, loaded before the modules.
 */

/** @typedef {import('../figure/drawing.js').Figure} Figure */
/** @typedef {{points?: {curveNumber: number, pointNumber: number}[]}} PlotEvent */
/**
 * @typedef {HTMLElement & {on: (name: string, handler: (event: PlotEvent) => void) => void, removeAllListeners: (name:
 *   string) => void}} PlotElement
 */

/**
 * @typedef {object} PlotlyStatic what we use of it
 * @property {(root: HTMLElement, data: Figure['data'], layout: Figure['layout'], config?: Figure['config']) =>
 *   Promise<PlotElement>} newPlot
 * @property {(root: HTMLElement, data: Figure['data'], layout: Figure['layout'], config?: Figure['config']) =>
 *   Promise<PlotElement>} react
 * @property {(root: HTMLElement, update: Record<string, unknown>) => Promise<PlotElement>} relayout
 * @property {(root: HTMLElement, update: Record<string, unknown>, traces?: number[]) => Promise<PlotElement>} restyle
 * @property {(root: HTMLElement | Figure, options: {format: 'png'|'svg', width?: number, height?: number, scale?:
 *   number}) => Promise<string>} toImage
 * @property {(root: HTMLElement) => void} purge
 */

const { Plotly } = /** @type {{Plotly: PlotlyStatic}} */ (/** @type {unknown} */ (globalThis));

export default Plotly;
