/**
 * @file The one place that takes plotly.js in. It is a script that sets `window.Plotly`, loaded before the modules.
 */

/** @typedef {HTMLElement & {on: (name: string, handler: (event: any) => void) => void, removeAllListeners: (name: string) => void, _fullLayout?: any}} PlotElement */

/**
 * @typedef {object} PlotlyStatic what we use of it
 * @property {(root: HTMLElement, data: any[], layout: any, config?: any) => Promise<PlotElement>} newPlot
 * @property {(root: HTMLElement, data: any[], layout: any, config?: any) => Promise<PlotElement>} react
 * @property {(root: HTMLElement, update: any) => Promise<PlotElement>} relayout
 * @property {(root: HTMLElement, update: any, traces?: number[]) => Promise<PlotElement>} restyle
 * @property {(root: HTMLElement | {data: any[], layout: any, config?: any}, options: {format: 'png'|'svg', width?: number, height?: number, scale?: number}) => Promise<string>} toImage
 * @property {(root: HTMLElement) => void} purge
 */

const Plotly = /** @type {PlotlyStatic} */ (/** @type {any} */ (globalThis).Plotly);

export default Plotly;
