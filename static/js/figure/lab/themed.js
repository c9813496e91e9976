/**
 * @file A figure that Python made in the light theme's colours, in the colours of another theme. Both come from
 *   colors.json, by name. Pure.
 */
import colors from '../colors.json' with { type: 'json' };

/** @typedef {import('../networks.js').Theme} Theme */

/** The parts of colors.json, those that a colour of two names is first looked for in first. */
const PARTS = /** @type {const} */ (['palettes', 'networks', 'ramps', 'special']);

/**
 * Give a figure the colours of a theme. All else stays, what is no colour of the page's included.
 *
 * @template T
 * @param {T} figure in the light theme's colours
 * @param {Theme} theme
 * @returns {T}
 */
export function themed(figure, theme) {
  if (theme === 'light') return figure;
  const pairs = PARTS.flatMap((part) => pairsOf(colors[part].light, colors[part][theme]));
  const others = new Map(pairs.reverse());
  return /** @type {T} */ (changed(figure, others));
}

/** @param {unknown} light @param {unknown} other @returns {[string, string][]} */
function pairsOf(light, other) {
  if (typeof light === 'string') return [[light, String(other)]];
  const theirs = /** @type {Record<string, unknown>} */ (other);
  return Object.entries(/** @type {object} */ (light)).flatMap(([name, one]) => pairsOf(one, theirs[name]));
}

/** @param {unknown} value @param {Map<string, string>} others @returns {unknown} */
function changed(value, others) {
  if (typeof value === 'string') return others.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => changed(one, others));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, changed(one, others)]));
}
