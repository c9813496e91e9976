/**
 * @file Facts about a block or a layer, in words and numbers, for the tooltip and the details. Pure.
 */

import { isEnd, layersOf } from './ends.js';
import { foreignFacts } from './foreign/facts.js';
import { drawnVariants } from './measured.js';
import { projectionOf } from './net.js';
import { numbersOf } from './quantitynumbers.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('../view/state/state.js').Focus} Focus */
/** @typedef {import('../view/state/state.js').Layer} Layer */
/**
 * @typedef {{title: string, subtitle: string, facts: [string, string][], numbers: [string, string][], measure:
 *   string}} Facts `measure`: of which all its numbers are */

const TYPES = /** @type {Record<string, string>} */ ({
  conv: 'convolution',
  norm: 'normalisation',
  activation: 'activation',
  max_pool: 'max pooling',
  avg_pool: 'average pooling',
  linear: 'linear',
  add: 'junction',
  pad: 'zero padding',
  scale: 'scaling',
  gate: 'gate',
  dropout: 'dropout',
  se: 'squeeze and excitation',
  bias: 'bias',
});

/**
 * Tell what is known of the thing pointed at, at the step on screen.
 *
 * @param {State} state
 * @param {Focus} focus
 * @returns {Facts|null}
 */
export function factsOf(state, focus) {
  const variant = drawnVariants(state)[focus.variant];
  if (!variant) return null;
  if (variant.summary.foreign) return foreignFacts(state, focus, variant.summary.foreign);
  const layer = focus.layer ? variant.summary.layers.find((one) => one.name === focus.layer) : undefined;
  const index = focus.block ? variant.blocks.indexOf(focus.block) : -1;
  if (layer) {
    const { title, facts } = layerFacts(layer);
    const dropped = layer.path === 'residual' ? droppedFact(state, focus.variant, layer.block) : [];
    return {
      title,
      facts: [...facts, ...dropped],
      ...numbersOf(state, focus.variant, { layer: layer.name, block: index }),
      subtitle: variant.label,
    };
  }
  if (focus.block && isEnd(focus.block)) {
    return {
      title: focus.block === 'stem' ? 'Stem' : 'Head',
      subtitle: variant.label,
      facts: costOf(layersOf(variant, focus.block)),
      ...numbersOf(state, focus.variant, { layer: focus.block === 'stem' ? null : headOf(variant), block: -1 }),
    };
  }
  if (index < 0) return null;
  const block = variant.summary.graph.blocks[index];
  const on = variant.skips[index];
  const kind = projectionOf(block, variant.architecture) ? 'projection' : 'identity';
  return {
    title: `Block ${index + 1}: ${block.name}`,
    subtitle: variant.label,
    facts: [
      ['skip', on ? `${kind}, connected` : 'cut'],
      ...droppedFact(state, focus.variant, focus.block),
      [
        'shape',
        block.input_shape.join() === block.output_shape.join()
          ? shape(block.output_shape)
          : `${shape(block.input_shape)} → ${shape(block.output_shape)}`,
      ],
      ...sizeOf(variant, index),
    ],
    ...numbersOf(state, focus.variant, { layer: null, block: index }),
  };
}

/** The head's layer with weights. @param {import('../view/state/state.js').Variant} variant */
function headOf(variant) {
  const names = layersOf(variant, 'head').map(({ name }) => name);
  return variant.weights.find((name) => names.includes(name)) ?? '';
}

/**
 * Why a block's F has no numbers, where stochastic depth left it out.
 *
 * @param {State} state
 * @param {number} v
 * @param {string|null} block
 * @returns {[string, string][]}
 */
function droppedFact(state, v, block) {
  return block !== null && isDropped(state, v, block) ? [['F(x)', 'dropped in this step']] : [];
}

/** Was F of a block left out in the step on screen? @param {State} state @param {number} v @param {string} block */
export function isDropped(state, v, block) {
  return state.scores[v]?.dropped.includes(block) ?? false;
}

/**
 * Add up what the layers of a block cost: those that are computed, so without the projection of a skip that is cut.
 *
 * @param {import('../view/state/state.js').Variant} variant @param {number} index
 * @returns {[string, string][]}
 */
export function sizeOf(variant, index) {
  const { summary, skips, architecture } = variant;
  const block = summary.graph.blocks[index];
  // a skip that was connected by hand has a projection that the summary does not list
  const more = skips[index] && !block.skip && projectionOf(block, architecture) === '1×1' ? ' and the projection' : '';
  return costOf(
    layersOf(variant, block.name).filter(({ path }) => skips[index] || (path !== 'projection' && path !== 'identity')),
    more,
  );
}

/** @param {Layer[]} layers @param {string} [more] that is not counted @returns {[string, string][]} */
export function costOf(layers, more = '') {
  const sum = (/** @type {'parameters'|'macs'} */ name) => layers.reduce((total, layer) => total + layer[name], 0);
  const field = Math.max(0, ...layers.map((layer) => layer.receptive_field ?? 0));
  return [
    ['parameters', count(sum('parameters')) + more],
    ['MACs', count(sum('macs')) + more],
    ['receptive field', `${field} px`],
  ];
}

/** @param {Layer} layer @returns {{title: string, facts: [string, string][]}} */
function layerFacts(layer) {
  const kernel = Array.isArray(layer.kernel) ? layer.kernel[0] : layer.kernel;
  const stride = Array.isArray(layer.stride) ? layer.stride[0] : layer.stride;
  const what = [
    TYPES[layer.type] ?? layer.type,
    kernel && (kernel > 1 || layer.type === 'conv') ? `${kernel}×${kernel}` : '',
    stride && stride > 1 ? `stride ${stride}` : '',
    layer.groups && layer.groups > 1 ? `${layer.groups} groups` : '',
  ]
    .filter(Boolean)
    .join(', ');
  /** @type {[string, string][]} */
  const facts = [['type', what]];
  facts.push([
    'shape',
    layer.input_shape.join() === layer.output_shape.join()
      ? shape(layer.output_shape)
      : `${shape(layer.input_shape)} → ${shape(layer.output_shape)}`,
  ]);
  if (layer.parameters > 0) facts.push(['parameters', count(layer.parameters)]);
  if (layer.macs > 0) facts.push(['MACs', count(layer.macs)]);
  if (layer.receptive_field) facts.push(['receptive field', `${layer.receptive_field} px`]);
  return { title: layer.name, facts };
}

/** @param {number[]} sizes C, H, W */
export function shape(sizes) {
  return sizes.join('×');
}

/** @param {number} value */
export function count(value) {
  return value.toLocaleString('en-US').replaceAll(',', '\u2009');
}

/** Write a count in at most three digits: 148 k, 57.8 M. @param {number} value */
export function short(value) {
  const [unit, size] = /** @type {[string, number][]} */ ([
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ]).find(([, least]) => value >= least) ?? ['', 1];
  return `${Number((value / size).toPrecision(3))}${unit && `\u2009${unit}`}`;
}
