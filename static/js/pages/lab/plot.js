/** @file plotly.js for the Lab: the part of it that a figure needs, loaded when there is a figure. */

/** @typedef {import('../../figure/drawing.js').Figure} Figure */
/** @typedef {import('../../view/plotly.js').PlotlyStatic} Plotly */

/** Kinds of traces that the basic part draws. */
const BASIC = ['scatter', 'bar', 'pie'];
/** Kinds of traces in three dimensions, which all of plotly.js draws alone. */
const SPACE = ['surface', 'mesh3d', 'scatter3d'];
/** @typedef {'basic'|'whole'|'space'} Part the larger ones draw what the smaller ones do */

/** Which part a figure needs. @param {Figure} figure @returns {Part} */
export function partOf({ data }) {
  if (data.some(({ type }) => SPACE.includes(String(type)))) return 'space';
  return data.every(({ type = 'scatter' }) => BASIC.includes(String(type))) ? 'basic' : 'whole';
}

/**
 * Make what loads plotly.js.
 *
 * @param {Record<Part, string>} addresses
 * @returns {(figure: Figure) => Promise<Plotly>} rejected where the server does not answer
 */
export function plotlyFrom(addresses) {
  /** @type {Partial<Record<Part, Promise<void>>>} */
  const loaded = {};
  return async (figure) => {
    const needed = partOf(figure);
    const part = loaded.space ? 'space' : needed === 'basic' && loaded.whole ? 'whole' : needed;
    loaded[part] ??= load(addresses[part]);
    await loaded[part];
    return /** @type {{Plotly: Plotly}} */ (/** @type {unknown} */ (globalThis)).Plotly;
  };
}

/** @param {string} address @returns {Promise<void>} */
function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('plotly.js cannot be loaded'));
    document.head.append(script);
  });
}
