/** @file Places for names beside points of a figure, such that no line crosses a name and no name another. Pure. */

/** @typedef {[number, number][]} Line the points of a line, from left to right */
/** @typedef {{text: string, point: number, at: number[]}} Name of a point at a height, and where it may stand */
/** @typedef {{left: number, top: number, bottom: number}} Taken it reaches to the right end */
/** @typedef {{x: number, top: number, bottom: number, lines: Line[], taken?: Taken[]}} Room beside the points */

const CHARACTER = 7.4;
const [ABOVE, BELOW] = [12, 4];
const STEP = 4;
const BETWEEN = 16;
/** A name that stands farther from its point is taken for another's. */
const NEAR = 22;

/**
 * Choose a height for each of one or two names: the first of its places that is free, or the best of them.
 *
 * @param {Name[]} names @param {Room} room
 * @returns {number[]} the height of each name's base line
 */
export function placeNames(names, room) {
  const within = (/** @type {number} */ y) => Math.min(room.bottom - BELOW, Math.max(room.top + ABOVE, y));
  const ways = names
    .map(({ text, point, at }) =>
      at.map((wanted, i) => {
        const y = within(wanted);
        const far = Math.max(0, Math.abs(y - 4 - point) - NEAR) / 2;
        return { y, cost: crossings(text, y, room) + far + i / 100 + (y === wanted ? 0 : 0.05) };
      }),
    )
    .reduce((/** @type {{y: number, cost: number}[][]} */ found, one) => product(found, one), [[]]);
  const costOf = (/** @type {{y: number, cost: number}[]} */ way) =>
    way.reduce((sum, { cost }) => sum + cost, way.length > 1 ? apart(names, way) : 0);
  return ways.reduce((best, way) => (costOf(way) < costOf(best) ? way : best)).map(({ y }) => y);
}

/** Two names stand apart, and in the order of their points. @param {Name[]} names @param {{y: number}[]} way */
function apart([one, other], [{ y }, next]) {
  const swapped = (one.point - other.point) * (y - next.y) < 0;
  return (Math.abs(y - next.y) < BETWEEN ? 100 : 0) + (swapped ? 20 : 0);
}

/** @template T @param {T[][]} found @param {T[]} more @returns {T[][]} */
function product(found, more) {
  return found.flatMap((way) => more.map((one) => [...way, one]));
}

/**
 * In how many places lines, or what else is there, cross a name.
 *
 * @param {string} text @param {number} y @param {Room} room
 */
function crossings(text, y, { x, lines, taken = [] }) {
  const end = x + CHARACTER * text.length;
  const over = taken.filter(({ left, top, bottom }) => end > left && y + BELOW > top && y - ABOVE < bottom);
  let found = 50 * over.length;
  for (let at = x; at <= end; at += STEP)
    for (const line of lines) {
      const passes = heightAt(line, at);
      if (passes !== null && passes > y - ABOVE && passes < y + BELOW) found += 1;
    }
  return found;
}

/** @param {Line} line @param {number} x @returns {number|null} null beside the line, and in its gaps */
function heightAt(line, x) {
  for (let i = 1; i < line.length; i += 1) {
    const [[x1, y1], [x2, y2]] = [line[i - 1], line[i]];
    if (x1 <= x && x <= x2 && x2 > x1) return Number.isFinite(y1 + y2) ? y1 + ((x - x1) / (x2 - x1)) * (y2 - y1) : null;
  }
  return null;
}
