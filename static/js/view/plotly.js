/**
 * @file The one place that takes plotly.js in. It is a script that sets `window.Plotly`, loaded before the modules: the
 *   basic part of it, which draws lines and bars; the whole, which draws heatmaps too, comes when it is asked for.
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

/** @typedef {{Plotly: PlotlyStatic, [own: symbol]: PlotlyStatic|undefined}} Page */

/** A notebook may have a Plotly of its own, of another version: ours stands beside it. */
const OWN = Symbol.for('skipscope.plotly');
const there = () => {
  const page = /** @type {Page} */ (/** @type {unknown} */ (globalThis));
  return page[OWN] ?? page.Plotly;
};
const Plotly = there();

export default Plotly;

/**
 * The part that draws heatmaps too. A page without a server has no other.
 *
 * @returns {Promise<PlotlyStatic>} rejected where the server does not answer
 */
export function whole() {
  const basic = [...document.scripts].find(({ dataset }) => dataset.whole);
  if (!basic || there() !== Plotly) return Promise.resolve(there());
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = basic.dataset.whole ?? '';
    script.onload = () => resolve(there());
    script.onerror = () => reject(new Error('plotly.js cannot be loaded'));
    document.head.append(script);
  });
}
