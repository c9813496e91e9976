/**
 * @file What a layout needs to know of a network, taken from its summary: stages of blocks, each block a chain of
 * convolutions and points between them. No coordinates here.
 */

/** @typedef {import('../state.js').Summary} Summary */
/** @typedef {import('../state.js').Layer} Layer */

/**
 * @typedef {object} Box a convolution or linear layer, drawn as a box
 * @property {string} layer its name
 * @property {string[]} texts from the fullest to the shortest
 */
/** @typedef {{layer: string, type: string, after: number}} Point a layer drawn as a mark, after so many boxes of its chain */
/** @typedef {{boxes: Box[], points: Point[]}} Chain */
/**
 * @typedef {object} NetBlock
 * @property {number} index in the whole net
 * @property {string} name
 * @property {'identity'|'projection'} shortcut what the skip is, or would be
 * @property {Chain} branch
 * @property {boolean} activationAfter whether an activation lies on the trunk, after the junction
 */
/** @typedef {{name: string, title: string, subtitle: string, blocks: NetBlock[]}} Stage */
/** @typedef {{label: string, stages: Stage[], stem: Chain, head: Chain, numBlocks: number}} Net */

const BOXED = new Set(['conv', 'linear', 'max_pool', 'avg_pool']);

/**
 * Describe a network for the layouts.
 *
 * @param {{label: string, summary: Summary}} variant
 * @returns {Net}
 */
export function netOf({ label, summary }) {
  const layers = new Map(summary.layers.map((layer) => [layer.name, layer]));
  /** @type {Stage[]} */
  const stages = [];
  summary.graph.blocks.forEach((block, index) => {
    let stage = stages.at(-1);
    if (!stage || stage.name !== block.stage) {
      const [channels, height, width] = block.output_shape;
      stage = { name: block.stage, title: block.stage, subtitle: `${height}×${width}, ${channels} ch`, blocks: [] };
      stages.push(stage);
    }
    const own = block.layers.map((name) => layers.get(name)).filter((layer) => layer !== undefined);
    stage.blocks.push({
      index,
      name: block.name,
      shortcut: shortcutOf(block),
      branch: chainOf(own.filter((layer) => layer.path === 'residual')),
      activationAfter: activatedAfter(own),
    });
  });
  return {
    label,
    stages,
    stem: chainOf(summary.layers.filter((layer) => layer.stage === 'stem')),
    head: chainOf(summary.layers.filter((layer) => layer.stage === 'head')),
    numBlocks: summary.graph.blocks.length,
  };
}

/** Does an activation follow what the branch does, on the trunk? @param {Layer[]} own */
function activatedAfter(own) {
  const last = own.findLastIndex((layer) => layer.path === 'residual');
  return own.some((layer, i) => i > last && layer.type === 'activation' && layer.path === 'trunk');
}

/** @param {Summary['graph']['blocks'][number]} block @returns {'identity'|'projection'} */
function shortcutOf(block) {
  if (block.shortcut !== 'none') return block.shortcut;
  return block.input_shape.join() === block.output_shape.join() ? 'identity' : 'projection';
}

/** @param {Layer[]} layers @returns {Chain} */
function chainOf(layers) {
  /** @type {Chain} */
  const chain = { boxes: [], points: [] };
  for (const layer of layers) {
    if (BOXED.has(layer.type)) chain.boxes.push({ layer: layer.name, texts: textsOf(layer) });
    else if (layer.type === 'activation') chain.points.push({ layer: layer.name, type: layer.type, after: chain.boxes.length });
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
