/**
 * @file The panels of a Plotly figure: which axes share a place, which traces lie there, the panel's title. Pure.
 */

/** @typedef {import('../drawing.js').Figure} Figure */
/** @typedef {import('../drawing.js').Trace} Trace */
/** @typedef {{left: number, right: number, bottom: number, top: number}} Rectangle in parts of the plot's area */
/**
 * @typedef {{x?: number, y?: number, x0?: number, x1?: number, y0?: number, y1?: number, xref?: string, yref?: string,
 *   text?: string}} Drawn a text or a shape of a figure, as Plotly has it
 */
/** @typedef {{domain?: [number, number], overlaying?: string, title?: unknown}} Axis */
/** @typedef {{domain?: {x?: [number, number], y?: [number, number]}, xaxis?: Axis, yaxis?: Axis}} Scene */
/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {Rectangle} place
 * @property {string[]} parts names in the layout: axes, or a scene
 * @property {Trace[]} traces
 * @property {Drawn|null} titled the annotation that is its title
 */

/** So near are two places that are one. */
const NEAR = 1e-6;

/**
 * Find the panels, from left to right and from top to bottom.
 *
 * @param {Figure} figure
 * @returns {Panel[]|null} null where a trace has no axes of its own, such as a pie
 */
export function panelsOf({ data, layout }) {
  /** @type {Panel[]} */
  const panels = [];
  for (const trace of data) {
    const parts = partsOf(trace);
    const place = parts && placeOf(layout, parts);
    if (!parts || !place) return null;
    const known = panels.find((one) => isSame(one.place, place));
    const panel = known ?? { title: '', place, parts: [], traces: [], titled: null };
    if (!known) panels.push(panel);
    panel.parts.push(...parts.filter((name) => !panel.parts.includes(name)));
    panel.traces.push(trace);
  }
  panels.sort((a, b) => (near(a.place.top, b.place.top) ? a.place.left - b.place.left : b.place.top - a.place.top));
  for (const panel of panels) {
    panel.titled = annotationsOf(layout).find((one) => isTitle(one, panel.place)) ?? null;
    panel.title = String(panel.titled?.text ?? '');
  }
  return panels;
}

/** @param {Figure['layout']} layout @returns {Drawn[]} */
export function annotationsOf(layout) {
  return /** @type {Drawn[]} */ (layout.annotations ?? []);
}

/** The text of a title, which is a text or has one. @param {unknown} title @returns {string} */
export function titleText(title) {
  const text = typeof title === 'object' && title !== null ? /** @type {{text?: unknown}} */ (title).text : title;
  return typeof text === 'string' ? text : '';
}

/** @param {Trace} trace @returns {string[]|null} names of its axes or its scene in the layout */
function partsOf({ type, xaxis = 'x', yaxis = 'y', scene = 'scene', domain }) {
  if (domain !== undefined) return null;
  if (['surface', 'mesh3d', 'scatter3d'].includes(String(type))) return [String(scene)];
  return [String(xaxis).replace('x', 'xaxis'), String(yaxis).replace('y', 'yaxis')];
}

/** @param {Figure['layout']} layout @param {string[]} parts @returns {Rectangle|null} */
function placeOf(layout, [first, second]) {
  const scene = /** @type {Scene|undefined} */ (layout[first])?.domain;
  const [x, y] = second ? [domainOf(layout, first), domainOf(layout, second)] : [scene?.x, scene?.y];
  const [left, right] = x ?? [0, 1];
  const [bottom, top] = y ?? [0, 1];
  return right > left && top > bottom ? { left, right, bottom, top } : null;
}

/** An axis that lies over another has its place. @param {Figure['layout']} layout @param {string} name */
function domainOf(layout, name) {
  const { domain, overlaying } = /** @type {Axis} */ (layout[name] ?? {});
  if (typeof overlaying !== 'string' || domain) return domain;
  return /** @type {Axis|undefined} */ (layout[`${overlaying[0]}axis${overlaying.slice(1)}`])?.domain;
}

/** @param {Rectangle} a @param {Rectangle} b */
function isSame(a, b) {
  return near(a.left, b.left) && near(a.right, b.right) && near(a.top, b.top) && near(a.bottom, b.bottom);
}

/** @param {number} a @param {number} b */
export function near(a, b) {
  return Math.abs(a - b) < NEAR;
}

/** Is it the text over the middle of a place, on its upper edge? @param {Drawn} one @param {Rectangle} place */
function isTitle({ x = NaN, y = NaN, xref, yref, text }, { left, right, top }) {
  return xref === 'paper' && yref === 'paper' && Boolean(text) && near(y, top) && near(x, (left + right) / 2);
}
