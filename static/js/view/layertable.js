/** @file The layers of a block, of the stem or of the head as a table. */
import { isEnd, layersOf, nameAt } from '../figure/ends.js';
import { count, isDropped, shape, short } from '../figure/facts.js';
import { drawnVariants } from '../figure/measured.js';
import { formatNumber } from '../figure/scale.js';
import { h } from './dom.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/state.js').Layer} Layer */

const PATHS = /** @type {Record<string, string>} */ ({
  residual: 'F(x)',
  identity: 'shortcut',
  projection: 'shortcut',
  trunk: 'trunk',
});

/** The columns of the layers' table, and what they say in full. */
const HEADS = [
  ['layer', 'name in the network'],
  ['measured', 'at the step on screen'],
  ['type', 'type, kernel and stride'],
  ['shape', 'of the output: channels, height, width'],
  ['params', 'parameters: learned numbers'],
  ['MACs', 'multiplications with addition, an image'],
  ['field', 'receptive field in the image'],
];

/** @param {HTMLTableElement} table @param {State} state @param {number} v @param {number} b */
export function fillLayers(table, state, v, b) {
  const variant = state.variants[v];
  const part = nameAt(variant, b);
  const cut = !isEnd(part) && !drawnVariants(state)[v].skips[b];
  const rows = layersOf(variant, part).map((layer) => {
    const name = layer.name.startsWith(`${part}.`) ? layer.name.slice(part.length + 1) : layer.name;
    const selected = state.selection?.layer === layer.name;
    return h(
      'tr',
      { class: `path-${layer.path}${cut && layer.path !== 'trunk' ? ' cut' : ''}${selected ? ' selected' : ''}` },
      h('th', { scope: 'row', title: `${layer.type}, ${PATHS[layer.path] ?? layer.path}` }, name),
      h('td', {}, numberOf(state, v, layer)),
      h('td', {}, kindOf(layer)),
      h('td', {}, shape(layer.output_shape)),
      h('td', {}, layer.parameters ? count(layer.parameters) : ''),
      h('td', {}, layer.macs ? short(layer.macs) : ''),
      h('td', {}, layer.receptive_field ? `${layer.receptive_field}\u2009px` : ''),
    );
  });
  table.replaceChildren(
    h('thead', {}, h('tr', {}, ...HEADS.map(([text, title]) => h('th', { scope: 'col', title }, text)))),
    h('tbody', {}, ...rows),
  );
}

/** @param {Layer} layer */
function kindOf(layer) {
  const kernel = Array.isArray(layer.kernel) ? layer.kernel[0] : layer.kernel;
  const stride = Array.isArray(layer.stride) ? layer.stride[0] : layer.stride;
  if (layer.type === 'conv') return `${kernel}×${kernel}${stride && stride > 1 ? `, /${stride}` : ''}`;
  return layer.type.replaceAll('_', ' ');
}

/** @param {State} state @param {number} v @param {Layer} layer */
function numberOf(state, v, layer) {
  const variant = state.variants[v];
  const values = state.values[v];
  const weight = variant.weights.indexOf(layer.name);
  if (layer.path === 'residual' && layer.block !== null && isDropped(state, v, layer.block))
    return weight >= 0 ? 'dropped' : '';
  if (weight >= 0) return `‖∂W‖ ${formatNumber(values.weight_gradient_norm[weight])}`;
  const tap = variant.taps.indexOf(layer.name);
  if (tap >= 0 && !Number.isNaN(values.zero_fraction[tap]))
    return `zeros ${Number((values.zero_fraction[tap] * 100).toPrecision(2))} %`;
  return '';
}
