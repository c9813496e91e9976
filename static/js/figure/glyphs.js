/**
 * @file Marks of what a line cannot show, and of what was changed, as path data: set on paths that Plotly drew. Pure.
 */

/** @typedef {{x: number, y: number, kind: 'zero'|'lost'|'changed'}} Glyph in pixels of the plot's area */
/** How they are drawn by Plotly alone, in an export. */
export const SYMBOLS = { zero: 'circle-open', lost: 'x-thin', changed: 'triangle-up-open' };
/** Half their size; as far they stay inside the area. */
export const HALF = 4;
/** How far they reach below their point. */
export const DEPTHS = { zero: 4, lost: 4, changed: 12 };

const SHAPES = {
  zero: 'm-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0',
  lost: 'm-4,-4l8,8m0,-8l-8,8',
  changed: 'm0,4l4.5,8h-9z',
};

/** @param {Glyph[]} glyphs */
export function pathOfGlyphs(glyphs) {
  return glyphs.map(({ x, y, kind }) => `M${x.toFixed(1)},${y.toFixed(1)}${SHAPES[kind]}`).join('') || 'M0,0';
}

/**
 * Say where marks stand: an exact zero at the low edge, what is not finite at the high one, a change under its point.
 *
 * @param {{y: ArrayLike<number>, changed?: Iterable<number>}} series
 * @param {readonly [number, number]} range
 * @returns {{i: number, value: number, kind: Glyph['kind']}[]} `i` counts the points
 */
export function glyphsOf({ y, changed = [] }, [low, high]) {
  /** @type {{i: number, value: number, kind: Glyph['kind']}[]} */
  const found = [];
  for (let i = 0; i < y.length; i += 1) {
    if (y[i] === -Infinity) found.push({ i, value: low, kind: 'zero' });
    if (y[i] === Infinity) found.push({ i, value: high, kind: 'lost' });
  }
  // a mark without a number stands at the low edge, under the gap in its line; without a line it stands nowhere
  const some = Array.from(y).some(Number.isFinite);
  for (const i of some ? changed : [])
    found.push({ i, value: Number.isNaN(y[i]) ? low : Math.min(high, Math.max(low, y[i])), kind: 'changed' });
  return found;
}

/** What each mark means, in the few words that fit under a chart. @type {Record<Glyph['kind'], string>} */
const KEYS = { changed: '△ changed in the run', zero: '○ exactly 0', lost: '× not finite' };

/**
 * Explain the marks that a chart has, and no others.
 *
 * @param {{y: ArrayLike<number>, changed?: Iterable<number>}[]} series
 * @param {readonly [number, number]} range
 * @returns {string[]}
 */
export function keysOf(series, range) {
  const kinds = new Set(series.flatMap((one) => glyphsOf(one, range).map(({ kind }) => kind)));
  return /** @type {Glyph['kind'][]} */ (Object.keys(KEYS)).filter((kind) => kinds.has(kind)).map((kind) => KEYS[kind]);
}
