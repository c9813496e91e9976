/** @file Which rows of a heatmap, one a tap, are a block's. Pure. */

/**
 * The first row of a block's taps and the one after its last, or null where it has none.
 *
 * @param {string[]} taps
 * @param {string} block
 * @returns {[number, number]|null}
 */
export function rowsOf(taps, block) {
  const own = taps.flatMap((tap, row) => (tap === block || tap.startsWith(`${block}.`) ? [row] : []));
  return own.length === 0 ? null : [own[0], own[own.length - 1] + 1];
}

/**
 * The block whose tap a row shows, or null: a stem's or a head's.
 *
 * @param {string[]} taps
 * @param {string[]} blocks
 * @param {number} row
 * @returns {string|null}
 */
export function blockAt(taps, blocks, row) {
  const tap = taps[row];
  return tap === undefined ? null : (blocks.find((block) => tap === block || tap.startsWith(`${block}.`)) ?? null);
}
