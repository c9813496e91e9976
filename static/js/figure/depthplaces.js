/**
 * @file Places of blocks along the depth of charts: a stage has as many places as the longest network there, so that
 *   stages are aligned. Pure.
 */

/** @typedef {import('../view/state/state.js').Variant} Variant */
/**
 * @typedef {{of: Float64Array[], count: number, stages: {name: string, from: number, to: number}[]}} Places `of`: the
 *   place of the stem, 0, and of each block, a list a network; `from` and `to` are a stage's first and last place
 */

/** @param {Pick<Variant, 'summary'>[]} variants @returns {Places} */
export function placesOf(variants) {
  /** @type {Map<string, number>} */
  const most = new Map();
  for (const { summary } of variants) {
    const own = new Map();
    for (const { stage } of summary.graph.blocks) own.set(stage, (own.get(stage) ?? 0) + 1);
    for (const [stage, count] of own) most.set(stage, Math.max(most.get(stage) ?? 0, count));
  }
  let count = 0;
  const stages = [...most].map(([name, length]) => {
    count += length;
    return { name, from: count - length + 1, to: count };
  });
  const begins = new Map(stages.map(({ name, from }) => [name, from]));
  const of = variants.map(({ summary }) =>
    Float64Array.from([0, ...summary.graph.blocks.map(({ stage, index }) => (begins.get(stage) ?? 0) + index)]),
  );
  return { of, count, stages };
}

/**
 * The network and block at a place, the first network that has one there; null at the stem.
 *
 * @param {Places} places
 * @param {number} place
 * @returns {{variant: number, block: number}|null}
 */
export function blockAt({ of }, place) {
  for (const [variant, own] of of.entries()) {
    const at = own.indexOf(place);
    if (at > 0) return { variant, block: at - 1 };
  }
  return null;
}
