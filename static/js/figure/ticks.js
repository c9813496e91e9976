/** @file Which ticks an axis shows in the room that it has. Pure. */

/** @typedef {{values: number[], texts: string[]}} Ticks */

const CHARACTER = 6;
const AIR = 6;

/**
 * Three to five round steps from 0.
 *
 * @param {number} end
 * @returns {number[]}
 */
export function ticksTo(end) {
  const rough = end / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough) ?? power;
  const ticks = [];
  for (let value = 0; value <= end; value += step) ticks.push(value);
  return ticks;
}

/** Would neighbours touch? @param {Ticks} ticks @param {number} pixelsPerUnit */
function crowded({ values, texts }, pixelsPerUnit) {
  const half = texts.map((text) => (text.length * CHARACTER + AIR) / 2);
  return values.some((value, i) => i > 0 && (value - values[i - 1]) * pixelsPerUnit < half[i] + half[i - 1]);
}

/**
 * Make ticks fit: stage names shrink to their numbers, then every second tick goes until no two touch.
 *
 * @param {Ticks} ticks in rising order
 * @param {number} pixels the axis' length
 * @param {readonly [number, number]} range of the axis
 * @returns {Ticks}
 */
export function fitTicks(ticks, pixels, range) {
  const scale = pixels / (range[1] - range[0]);
  let fitting = ticks;
  if (crowded(fitting, scale) && fitting.texts.every((text) => /^layer\d$/.test(text)))
    fitting = { values: fitting.values, texts: fitting.texts.map((text) => text.slice(5)) };
  while (fitting.values.length > 1 && crowded(fitting, scale)) {
    fitting = {
      values: fitting.values.filter((_, i) => i % 2 === 0),
      texts: fitting.texts.filter((_, i) => i % 2 === 0),
    };
  }
  return fitting;
}
