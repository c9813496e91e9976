/** @file The layers of a network with shape and cost, and the gradient by path, for figures that draw them. Pure. */
import { memo } from '../memo.js';
import { magnitudesOf } from '../quantity.js';
import { numberOf } from '../values.js';

/** @typedef {import('../../view/state/state.js').Variant} Variant */
/**
 * @typedef {Pick<import('../../view/state/state.js').Layer, 'name'|'type'|'stage'|'block'|'path'|'input_shape'|
 *   'output_shape'|'parameters'|'macs'|'kernel'|'stride'>} Layer
 */
/** @typedef {{projection: 'A'|'B'|'C', shortcut: string, shortcut_scale: number, depths?: number[]}} Shortcuts */
/**
 * @typedef {object} Anatomy
 * @property {Layer[]} layers
 * @property {Shortcuts} shortcuts
 * @property {number[]} branch RMS of the gradient through F, one a block
 * @property {number[]} skip RMS of the gradient by the shortcut, one a block
 * @property {number[]} trunk RMS of the gradient, one a block and, last, the way into the first block
 * @property {Record<string, number>} own RMS of the gradient of layers that have one of their own
 */
/**
 * @typedef {{summary: import('../../view/state/state.js').Summary, taps: string[], weights: string[], batch: number,
 *   values: Record<string, ArrayLike<import('../../wire').WireNumber|null>>}} Measured
 */

/** @param {Measured} measured @returns {Anatomy} */
export function anatomyOf({ summary, taps, weights, batch, values }) {
  const columns = /** @type {import('../history.js').Columns} */ (
    Object.fromEntries(
      Object.entries(values).map(([name, column]) => [name, Float64Array.from(column ?? [], numberOf)]),
    )
  );
  const variant = /** @type {Variant} */ (/** @type {unknown} */ ({ summary, taps, weights }));
  const { branch, skip, trunk, layers } = magnitudesOf('gradient_path', variant, columns, batch);
  const raw = (/** @type {Iterable<number>} */ logs) => Array.from(logs, (log) => 10 ** log);
  const { projection, shortcut, shortcut_scale, depths } = summary.architecture;
  return {
    layers: layersOf(summary),
    shortcuts: { projection, shortcut, shortcut_scale, ...(shortcut === 'decayed' ? { depths } : {}) },
    branch: raw(branch),
    skip: raw(skip),
    trunk: raw(trunk),
    own: Object.fromEntries([...layers].map(([name, log]) => [name, 10 ** log])),
  };
}

/** A training asks at every step, and a summary stays. */
const layersOf = memo((/** @type {Measured['summary']} */ { layers }) =>
  layers.map(
    ({ name, type, stage, block, path, input_shape, output_shape, parameters, macs, kernel, stride }) =>
      /** @type {Layer} */ ({
        name,
        type,
        stage,
        block,
        path,
        input_shape,
        output_shape,
        parameters,
        macs,
        kernel,
        stride,
      }),
  ),
);

/**
 * The network's summary again, as far as a layout needs it.
 *
 * @param {Anatomy} anatomy
 * @returns {Measured['summary']}
 */
export function summaryOf({ layers, shortcuts }) {
  const names = [...new Set(layers.flatMap(({ block }) => block ?? []))];
  const blocks = names.map((name) => {
    const own = layers.filter(({ block }) => block === name);
    const { stage, input_shape } = own[0];
    return { name, stage, input_shape, output_shape: own[own.length - 1].output_shape, layers: own.map(nameOf) };
  });
  return /** @type {Measured['summary']} */ (
    /** @type {unknown} */ ({ layers, graph: { blocks }, architecture: shortcuts })
  );
}

/** @param {Layer} layer */
function nameOf({ name }) {
  return name;
}

/** The anatomy of some blocks alone, for a recording. @param {Anatomy} anatomy @param {string} name of a block */
export function onlyBlock(anatomy, name) {
  return { ...anatomy, layers: anatomy.layers.filter(({ block }) => block === name), own: {} };
}
