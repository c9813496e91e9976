/** @file plotly.js for the Lab: the part of it that a figure needs, loaded when there is a figure. */

/** @typedef {import('../../figure/drawing.js').Figure} Figure */
/** @typedef {import('../../view/plotly.js').PlotlyStatic} Plotly */

/** Kinds of traces that the basic part draws. */
const BASIC = ['scatter', 'bar', 'pie'];

/** Which part a figure needs. @param {Figure} figure @returns {'basic'|'whole'} */
export function partOf({ data }) {
  return data.every(({ type = 'scatter' }) => BASIC.includes(String(type))) ? 'basic' : 'whole';
}

/**
 * Make what loads plotly.js.
 *
 * @param {{basic: string, whole: string}} addresses
 * @returns {(figure: Figure) => Promise<Plotly>} rejected where the server does not answer
 */
export function plotlyFrom(addresses) {
  /** @type {Partial<Record<'basic'|'whole', Promise<void>>>} */
  const loaded = {};
  return async (figure) => {
    const part = loaded.whole ? 'whole' : partOf(figure);
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
