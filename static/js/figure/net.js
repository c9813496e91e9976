/**
 * @file A network for its layout, made from its summary: stages of blocks, each block a chain of
 * convolutions and points between them. No coordinates here.
 */

import { foreignNet } from './foreign/net.js';
import { formatNumber } from './scale.js';

/** @typedef {import('../view/state/state.js').Summary} Summary */
/** @typedef {import('../view/state/state.js').Layer} Layer */

/**
 * @typedef {object} Box a convolution or linear layer, drawn as a box
 * @property {string} layer its name
 * @property {string[]} texts from the fullest to the shortest
 */
/**
 * @typedef {{layer: string, type: string, after: number}} Point a layer drawn as a mark, after so many boxes of its
 *   chain
 */
/** @typedef {{boxes: Box[], points: Point[]}} Chain */
/**
 * @typedef {object} NetBlock
 * @property {number} index in the whole net
 * @property {string} name
 * @property {'identity'|'projection'|'long'|'none'} shortcut what the skip is, or would be; `long`: around other
 *   junctions; `none`: there is none
 * @property {string[]} skipTexts what the shortcut does to x, from the fullest; empty for the identity
 * @property {boolean} beside whether the identity, with its norm, stands beside the shortcut's convolution (RepVGG)
 * @property {Chain} branch
 * @property {boolean} activationAfter whether an activation lies on the trunk, after the junction
 */
/** @typedef {{name: string, title: string, size: string, channels: number, blocks: NetBlock[]}} Stage */
/** @typedef {import('./networks.js').Letter} Letter */
/** @typedef {{label: string, letter: Letter, stages: Stage[], stem: Chain, head: Chain, numBlocks: number}} Net */

const BOXED = new Set(['conv', 'linear', 'max_pool', 'avg_pool']);
const POINTS = new Set(['activation', 'se', 'scale', 'gate', 'dropout']);
/** Layers inside a gate or a squeeze-and-excitation: the block's details list them, the diagram draws the whole. */
const INNER = /\.(se|gate)\.(?!residual$)/;

/**
 * Describe a network for the layouts.
 *
 * @param {{label: string, letter: import('./networks.js').Letter, summary: Summary}} variant
 * @returns {Net}
 */
export function netOf({ label, letter, summary }) {
  if (summary.foreign) return foreignNet({ label, letter }, summary.foreign);
  const layers = new Map(summary.layers.map((layer) => [layer.name, layer]));
  /** @type {Stage[]} */
  const stages = [];
  summary.graph.blocks.forEach((block, index) => {
    let stage = stages.at(-1);
    if (!stage || stage.name !== block.stage) {
      const [channels, height, width] = block.output_shape;
      stage = { name: block.stage, title: block.stage, size: `${height}×${width}`, channels, blocks: [] };
      stages.push(stage);
    }
    const own = block.layers.map((name) => layers.get(name)).filter((layer) => layer !== undefined);
    stage.blocks.push({
      index,
      name: block.name,
      ...shortcutOf(block, summary.architecture),
      branch: chainOf(own.filter((layer) => layer.path === 'residual')),
      activationAfter: activatedAfter(own),
    });
  });
  return {
    label,
    letter,
    stages,
    stem: chainOf(summary.layers.filter((layer) => layer.stage === 'stem')),
    head: chainOf(summary.layers.filter((layer) => layer.stage === 'head')),
    numBlocks: summary.graph.blocks.length,
  };
}

/**
 * @typedef {{name: string, title: string, subtitle: string, count: string, from: number, blocks: NetBlock[]}} LeadStage
 *   `from`: places before it; the blocks of the network that has most here
 */
/** @typedef {{stages: LeadStage[], stem: Chain, head: Chain, numBoxes: number, numPlaces: number}} Lead */

/**
 * Find the places that networks beside each other need: a stage has as many as the longest of them there.
 *
 * @param {Net[]} nets
 * @returns {Lead}
 */
export function leadOf(nets) {
  const most = (/** @type {Chain[]} */ chains) =>
    chains.reduce((best, chain) => (chain.boxes.length > best.boxes.length ? chain : best));
  let numPlaces = 0;
  const stages = Array.from({ length: Math.max(...nets.map((net) => net.stages.length)) }, (_, s) => {
    const own = nets.flatMap((net) => net.stages[s] ?? []);
    const { name, title, blocks } = own.reduce((best, stage) =>
      stage.blocks.length > best.blocks.length ? stage : best,
    );
    const from = numPlaces;
    numPlaces += blocks.length;
    const count = listed(nets.map((net) => net.stages[s]?.blocks.length ?? 0));
    return {
      name,
      title,
      // of a network that is not ours no size is known
      subtitle: own.every(({ size }) => size === '')
        ? ''
        : `${listed(own.map((stage) => stage.size))}, ${listed(own.map((stage) => stage.channels))} ch`,
      count: `${count} ${own.every(({ size }) => size === '') ? 'place' : 'block'}${count === '1' ? '' : 's'}`,
      from,
      blocks,
    };
  });
  return {
    stages,
    numPlaces,
    stem: most(nets.map((net) => net.stem)),
    head: most(nets.map((net) => net.head)),
    numBoxes: Math.max(...nets.flatMap((net) => net.stages.map((stage) => stage.blocks[0].branch.boxes.length))),
  };
}

/** The distinct values, each once. @param {(string|number)[]} values */
function listed(values) {
  return [...new Set(values)].join('/');
}

/** Does an activation follow what the branch does, on the trunk? @param {Layer[]} own */
function activatedAfter(own) {
  const last = own.findLastIndex((layer) => layer.path === 'residual');
  return own.some((layer, i) => i > last && layer.type === 'activation' && layer.path === 'trunk');
}

/**
 * Say what a block's skip is; for one that is cut, what it would be.
 *
 * @param {Summary['graph']['blocks'][number]} block @param {import('../view/state/state.js').Architecture} architecture
 * @returns {{shortcut: 'identity'|'projection', skipTexts: string[], beside: boolean}}
 */
function shortcutOf(block, architecture) {
  const { shortcut } = architecture;
  const beside = isBeside(block, architecture);
  const constant = `×${formatNumber(shortcutFactor(architecture, block.name))}`;
  const shape = projectionOf(block, architecture);
  const factor =
    /** @type {Record<string, string>} */ ({
      constant_scaling: constant,
      decayed: constant,
      exclusive_gating: '×(1−g)',
      shortcut_only_gating: '×(1−g)',
      dropout: 'dropout',
    })[shortcut] ?? '';
  return {
    shortcut: shape ? 'projection' : 'identity',
    skipTexts: [[shape, factor].filter(Boolean).join(' '), shape || factor].filter(Boolean),
    beside,
  };
}

/**
 * Does the identity, with its norm, stand beside the 1×1 convolution of a block's shortcut (RepVGG)?
 *
 * @param {Pick<import('../view/state/state.js').Block, 'input_shape'|'output_shape'>} block
 * @param {Pick<import('../view/state/state.js').Architecture, 'block'>} architecture
 */
export function isBeside({ input_shape, output_shape }, { block }) {
  return block === 'repvgg' && input_shape.join() === output_shape.join();
}

/**
 * How a block's skip brings x to the shape of F(x), whether it is on or not; empty for the identity.
 *
 * @param {Pick<import('../view/state/state.js').Block, 'input_shape'|'output_shape'>} block
 * @param {import('../view/state/state.js').Architecture} architecture
 * @returns {''|'pad'|'1×1'}
 */
export function projectionOf({ input_shape, output_shape }, { block, projection, shortcut }) {
  if (block === 'repvgg') return '1×1';
  if (input_shape.join() !== output_shape.join()) return projection === 'A' ? 'pad' : '1×1';
  return projection === 'C' || shortcut === 'conv1x1' ? '1×1' : '';
}

/**
 * The constant factor of a block's shortcut, by the block's name or that of one of its layers.
 *
 * @param {Pick<import('../view/state/state.js').Architecture, 'shortcut'|'shortcut_scale'|'depths'>} architecture
 * @param {string} name
 */
export function shortcutFactor({ shortcut, shortcut_scale, depths }, name) {
  if (shortcut !== 'decayed') return shortcut_scale;
  const [stage, index] = (name.match(/\d+/g) ?? ['1', '0']).map(Number);
  const count = (/** @type {number[]} */ some) => some.reduce((sum, depth) => sum + depth, 0);
  return 1 - ((1 - shortcut_scale) * (count(depths.slice(0, stage - 1)) + index)) / Math.max(1, count(depths) - 1);
}

/**
 * The divisor of each branch: the root of the number of blocks, as text; empty where there is none.
 *
 * @param {import('../view/state/state.js').Architecture} architecture
 */
export function overDepth({ residual_init, depths }) {
  return residual_init === 'depth_scaled' ? `/√${depths.reduce((sum, depth) => sum + depth, 0)}` : '';
}

/** @param {Layer[]} layers @returns {Chain} */
function chainOf(layers) {
  /** @type {Chain} */
  const chain = { boxes: [], points: [] };
  for (const layer of layers) {
    if (INNER.test(layer.name)) continue;
    if (BOXED.has(layer.type)) chain.boxes.push({ layer: layer.name, texts: textsOf(layer) });
    else if (POINTS.has(layer.type))
      chain.points.push({ layer: layer.name, type: layer.type, after: chain.boxes.length });
  }
  return chain;
}

/** @param {number|number[]|null|undefined} size */
function edge(size) {
  return Array.isArray(size) ? size[0] : size;
}

/**
 * Name a layer as the paper's figures do, from the fullest to the shortest.
 *
 * @param {Layer} layer
 * @returns {string[]}
 */
export function textsOf(layer) {
  const kernel = edge(layer.kernel);
  const stride = edge(layer.stride);
  const channels = layer.output_shape[0];
  const down = stride && stride > 1 ? `, /${stride}` : '';
  switch (layer.type) {
    case 'conv':
      return [`${kernel}×${kernel}, ${channels}${down}`, `${kernel}×${kernel}, ${channels}`, `${kernel}×${kernel}`];
    case 'linear':
      return [`fc ${channels}`, 'fc'];
    case 'max_pool':
      return [`max pool${down}`, 'max', 'm'];
    default:
      return ['avg pool', 'avg', 'a'];
  }
}
