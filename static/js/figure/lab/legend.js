/** @file The entries of a Plotly figure's legend: networks by letter, other series by colour and dash. Pure. */
import { LETTERS } from '../networks.js';

/** @typedef {import('../drawing.js').Figure} Figure */
/** @typedef {import('../networks.js').Letter} Letter */
/**
 * @typedef {{letter: Letter|null, name: string, color: string, dash: string|null, dots: 'open'|'filled'|null}} Entry
 *   `dots`: how its marks look if it has no line
 */

/** Plotly's words for dashes. */
const DASHES = /** @type {Record<string, string|null>} */ ({
  solid: null,
  dash: '8px,4px',
  dot: '2px,3px',
  dashdot: '8px,3px,2px,3px',
});
const NAMED = new RegExp(`^([${LETTERS.join('')}]) (.+)$`);

/** @param {Figure} figure @returns {Entry[]} each name once; a figure without names has none */
export function legendOf({ data }) {
  /** @type {Map<string, Entry>} */
  const found = new Map();
  for (const trace of data) {
    const text = String(trace.name ?? '');
    // colours of a picture say no name
    const isPicture = ['heatmap', 'contour', 'surface', 'image'].includes(String(trace.type));
    if (text === '' || isPicture) continue;
    const known = found.get(text);
    if (known && dotsOf(trace) === null) known.dots = null; // it has a line elsewhere
    if (known || trace.showlegend === false) continue;
    const line = /** @type {{dash?: string, color?: string}} */ (trace.line ?? {});
    const marker = /** @type {{color?: unknown}} */ (trace.marker ?? {});
    const [, letter = null, name = text] = NAMED.exec(text) ?? [];
    const dash = String(line.dash ?? 'solid');
    found.set(text, {
      letter: /** @type {Letter|null} */ (letter),
      name,
      color: String(line.color ?? (typeof marker.color === 'string' ? marker.color : 'currentColor')),
      dash: dash in DASHES ? DASHES[dash] : dash,
      dots: dotsOf(trace),
    });
  }
  return [...found.values()];
}

/** @param {import('../drawing.js').Trace} trace @returns {Entry['dots']} */
function dotsOf({ mode, marker }) {
  if (mode !== 'markers') return null;
  const { symbol = 'circle' } = /** @type {{symbol?: unknown}} */ (marker ?? {});
  return String(symbol).endsWith('-open') ? 'open' : 'filled';
}
