/**
 * @file The stem and the head: the layers before the first block and after the last. They are selected like blocks, by
 * name, and stand at -1 and at the number of blocks. Pure.
 */

/** @typedef {import('../view/state/state.js').Variant} Variant */
/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./layout.js').BlockPlace} BlockPlace */

const ENDS = ['stem', 'head'];

/**
 * The place of a part of a network; null if it is none of its parts.
 *
 * @param {Pick<Variant, 'blocks'>|undefined} variant
 * @param {string|null|undefined} name
 */
export function placeOf(variant, name) {
  if (!variant || !name) return null;
  if (name === 'stem') return -1;
  if (name === 'head') return variant.blocks.length;
  const at = variant.blocks.indexOf(name);
  return at < 0 ? null : at;
}

/** The name of what stands at a place. @param {Pick<Variant, 'blocks'>} variant @param {number} place */
export function nameAt({ blocks }, place) {
  return place === -1 ? 'stem' : place === blocks.length ? 'head' : blocks[place];
}

/** Is it the stem or the head? @param {string|null|undefined} name */
export function isEnd(name) {
  return name === 'stem' || name === 'head';
}

/** The layers of a part, in order. @param {Pick<Variant, 'summary'>} variant @param {string} name */
export function layersOf({ summary: { layers, graph } }, name) {
  if (isEnd(name)) return layers.filter((layer) => layer.stage === name);
  const own = new Set(graph.blocks.find((block) => block.name === name)?.layers);
  return layers.filter((layer) => own.has(layer.name));
}

/** The stem or head that a layer is of. @param {Pick<Variant, 'summary'>} variant @param {string} layer */
export function endOf({ summary }, layer) {
  const stage = summary.layers.find(({ name }) => name === layer)?.stage;
  return isEnd(stage) ? stage : undefined;
}

/**
 * The areas of the stems and heads that a layout draws.
 *
 * @param {Layout} layout @param {Variant[]} variants
 * @returns {BlockPlace[]}
 */
export function endPlaces({ boxes }, variants) {
  return variants.flatMap((variant, v) =>
    ENDS.flatMap((name) => {
      const own = boxes.filter((box) => box.variant === v && box.block < 0 && endOf(variant, box.layer) === name);
      if (own.length === 0) return [];
      const [x, y] = [Math.min(...own.map((box) => box.x)), Math.min(...own.map((box) => box.y))];
      const [right, bottom] = [
        Math.max(...own.map((box) => box.x + box.w)),
        Math.max(...own.map((box) => box.y + box.h)),
      ];
      return [
        {
          variant: v,
          block: /** @type {number} */ (placeOf(variant, name)),
          x: x - 3,
          y: y - 3,
          w: right - x + 6,
          h: bottom - y + 6,
        },
      ];
    }),
  );
}
