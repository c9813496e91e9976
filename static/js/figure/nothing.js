/**
 * @file Why a chart has no line: in words, where no number of a network can be drawn. A row of marks on the axis would
 *   look like a curve. Pure.
 */

/** @typedef {{label: string, y: ArrayLike<number>}} Curve log10, with the codes of history.js */
/** @typedef {{many: string, missing: string}} Words `missing`: the words for a curve without a number */

/** Is there a number of it that can be drawn? @param {Curve} curve */
export function hasNumbers({ y }) {
  return Array.from(y).some(Number.isFinite);
}

/**
 * Say why a network has no line.
 *
 * @param {Curve} curve
 * @param {Words} words
 * @returns {string|null} null where it has one
 */
export function whyNothing(curve, { many, missing }) {
  if (hasNumbers(curve)) return null;
  const values = Array.from(curve.y).filter((value) => !Number.isNaN(value));
  const zeros = values.filter((value) => value === -Infinity).length;
  const lost = values.length - zeros;
  const all = values.length === 1 ? `the only one of its ${many} is` : `all ${values.length} ${many} are`;
  if (values.length === 0) return `${curve.label}: ${missing}.`;
  if (lost === 0) return `${curve.label}: ${all} exactly 0.`;
  if (zeros === 0) return `${curve.label}: ${all} not finite.`;
  return `${curve.label}: of ${values.length} ${many} ${zeros} are exactly 0 and ${lost} not finite.`;
}
