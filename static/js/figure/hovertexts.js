/** @file Hover texts of a figure that stands alone, for a layer, a junction or a cell under the pointer. Pure. */
import { drawnBatch, drawnVariants } from './measured.js';
import { magnitudesOf, QUANTITIES } from './quantity.js';
import { formatNumber } from './scale.js';
import { valueOfBox } from './styles.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('../view/state/state.js').Variant} Variant */
/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./quantity.js').Magnitudes} Magnitudes */

const DROPPED = 'dropped in this step';
const ABSENT = 'not measured';

/**
 * Write the texts of a layout, in the order of its boxes and junctions, and of the cells of its strips: shortcut and
 * F(x) of each block.
 *
 * @param {State} state without values where nothing was measured
 * @param {Layout} layout
 * @returns {{boxes: string[], junctions: string[], cells: string[]}}
 */
export function hoverTexts(state, layout) {
  const variants = drawnVariants(state);
  const measured = state.values.length > 0;
  const { linear, legend } = QUANTITIES[state.quantity];
  /** @type {(Magnitudes|null)[]} */
  const magnitudes = variants.map((variant, v) =>
    measured ? magnitudesOf(state.quantity, variant, state.values[v], drawnBatch(state)) : null,
  );
  const say = (/** @type {number} */ value, /** @type {boolean} */ dropped) =>
    Number.isNaN(value)
      ? dropped
        ? DROPPED
        : ABSENT
      : formatNumber(linear ? value : value === Infinity ? Infinity : 10 ** value);
  const isDropped = (/** @type {number} */ v, /** @type {string|null} */ block) =>
    block !== null && (state.scores[v]?.dropped.includes(block) ?? false);
  const layers = variants.map(({ summary }) => new Map(summary.layers.map((layer) => [layer.name, layer])));

  const boxes = layout.boxes.map((box) => {
    const layer = /** @type {import('../view/state/state.js').Layer} */ (layers[box.variant].get(box.layer));
    const m = magnitudes[box.variant];
    const value = m && valueOfBox(m, box, variants[box.variant].skips.length);
    return [
      `<b>${box.layer}</b>, ${variants[box.variant].label}`,
      `${layer.type.replaceAll('_', ' ')}, ${shape(layer.input_shape)} → ${shape(layer.output_shape)}`,
      ...(layer.parameters ? [`${count(layer.parameters)} parameters, ${count(layer.macs)} MACs`] : []),
      ...(layer.receptive_field ? [`receptive field ${layer.receptive_field} px`] : []),
      ...(value === null
        ? []
        : [`${legend}: ${say(value, layer.path === 'residual' && isDropped(box.variant, layer.block))}`]),
    ].join('<br>');
  });
  const junctions = layout.junctions.map(({ variant, block }) => {
    const { label, skips, blocks } = variants[variant];
    const m = magnitudes[variant];
    return [
      `<b>${blocks[block]}</b>, ${label}`,
      skips[block] ? 'y = F(x) + shortcut' : 'the skip is cut: y = F(x)',
      ...(m
        ? [
            `F(x): ${say(m.branch[block], isDropped(variant, blocks[block]))}`,
            ...(skips[block] ? [`shortcut: ${say(m.skip[block], false)}`] : []),
          ]
        : []),
    ].join('<br>');
  });
  const cells = layout.strips.flatMap(({ variant, from, count: length }) =>
    Array.from({ length }, (_, i) => from + i).flatMap((block) => {
      const { label, skips, blocks } = variants[variant];
      const m = magnitudes[variant];
      const name = `${blocks[block]}, ${label}<br>`;
      const branch = m && (Number.isNaN(m.branch[block]) ? m.trunk[block] : m.branch[block]);
      return [
        `${name}shortcut${skips[block] ? (m ? ` ${say(m.skip[block], false)}` : '') : ' cut'}`,
        `${name}F(x)${branch === null ? '' : ` ${say(branch, false)}`}`,
      ];
    }),
  );
  return { boxes, junctions, cells };
}

/** @param {number[]} sizes */
function shape(sizes) {
  return sizes.join('×');
}

/** @param {number} value */
function count(value) {
  return value.toLocaleString('en-US');
}
