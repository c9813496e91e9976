/**
 * @file A network that is not ours as a network on the page: its places stand where blocks do, and nothing of it can be
 * built, cut or measured anew. Pure.
 */
import { isEnd } from '../ends.js';
import { decodeValues } from '../values.js';
import { placesOf } from './places.js';
import { stagesOf } from './stages.js';

/** @typedef {import('../../view/state/state.js').Variant} Variant */
/** @typedef {import('../../view/state/state.js').Layer} Layer */
/** @typedef {import('../../view/state/state.js').Summary} Summary */
/** @typedef {import('../../view/state/state.js').Architecture} Architecture */
/** @typedef {import('../history.js').Columns} Columns */
/**
 * @typedef {import('./places.js').Found & {kinds: Map<string, string>, stages: import('./stages.js').Stage[], weights:
 *   number[][], wire: {taps: string[], weights: string[], blocks: string[]}, index: Map<string, number>}} Foreign
 *   `kinds`: the class of a tap's module; `weights`: those inside each place; `wire`: the names that its records are
 *   aligned to; `index` of its taps
 */

/** Of nothing that is measured: no shape is known. */
const SHAPE = [1];
const ARCHITECTURE = /** @type {Architecture} */ (
  /** @type {unknown} */ ({ block: 'basic', shortcut: 'identity', projection: 'B', depths: [], skips: true })
);

/**
 * Make the network.
 *
 * @param {import('../../wire').OutsideSchemaVariant} schema
 * @returns {Variant}
 */
export function foreignVariant({ label, taps, weights, blocks, kinds, junctions }) {
  const found = placesOf({ taps, blocks, junctions });
  const names = found.places.map(({ name }) => name);
  const stages = stagesOf(names, blocks.length === 0);
  const foreign = {
    ...found,
    stages,
    kinds: new Map(taps.map((tap, i) => [tap, kinds[i] ?? ''])),
    weights: weightsOf(found.places, weights),
    wire: { taps, weights, blocks },
    index: new Map(taps.flatMap((tap, i) => [tap, shownAs(tap)].map((name) => [name, i]))),
  };
  const on = found.places.map(({ kind }) => kind !== 'plain');
  const stageOf = stages.flatMap(({ name, count }) => Array.from({ length: count }, () => name));
  const summary = /** @type {Summary} */ (
    /** @type {unknown} */ ({
      name: null,
      label,
      architecture: ARCHITECTURE,
      foreign,
      size_note: null,
      layers: [...ends(found.stem, 'stem', foreign.kinds), ...ends(found.head, 'head', foreign.kinds)],
      graph: {
        blocks: found.places.map(({ name }, b) => ({
          name: shownAs(name),
          stage: stageOf[b],
          index: b - (stages.find((stage) => stage.name === stageOf[b])?.from ?? 0),
          skip: on[b],
          layers: [],
          input_shape: SHAPE,
          output_shape: SHAPE,
        })),
        taps: (found.stem.length > 0 ? found.stem.slice(-1) : []).map((name) => ({ name, module: name, block: null })),
        weights,
      },
    })
  );
  return {
    label,
    letter: 'A',
    preset: null,
    description: {},
    usualSkips: on,
    architecture: ARCHITECTURE,
    summary,
    taps,
    weights,
    blocks: names.map(shownAs),
    precision: 'float32',
    skips: on,
    strength: on.map(() => 1),
    theory: null,
  };
}

/**
 * The columns of a step, those of junctions where the places are.
 *
 * @param {Partial<import('../../wire').Values>} values @param {Variant} variant
 * @returns {Columns}
 */
export function decodeForeign(values, variant) {
  const { places, wire } = /** @type {Foreign} */ (variant.summary.foreign);
  const columns = decodeValues(values, wire);
  const spread = (/** @type {Float64Array} */ column) =>
    column.length === wire.blocks.length ? Float64Array.from(places, ({ at }) => column[at] ?? NaN) : column;
  return {
    ...columns,
    residual_rms: spread(columns.residual_rms),
    identity_rms: spread(columns.identity_rms),
    residual_gradient_norm: spread(columns.residual_gradient_norm),
    identity_gradient_norm: spread(columns.identity_gradient_norm),
    descent_cosine: spread(columns.descent_cosine),
    successive_cosine: spread(columns.successive_cosine),
  };
}

/** The page calls the two ends of a network so: a place of that name has another. @param {string} name */
function shownAs(name) {
  return isEnd(name) ? `${name} (place)` : name;
}

/**
 * Taps before or after the places.
 *
 * @param {string[]} taps @param {'stem'|'head'} stage @param {Map<string, string>} kinds
 */
function ends(taps, stage, kinds) {
  return taps.map((name) => ({
    name,
    type: kinds.get(name) || 'place',
    stage,
    block: null,
    path: 'trunk',
    input_shape: [],
    output_shape: [],
    parameters: 0,
    macs: 0,
    receptive_field: null,
    kernel: null,
    stride: null,
    groups: null,
  }));
}

/**
 * The weights inside of each place; none where two junctions are of one module.
 *
 * @param {import('./places.js').Place[]} places @param {string[]} weights
 */
function weightsOf(places, weights) {
  const number = new Map(places.map(({ name }, b) => [name, b]));
  const shared = new Set(
    places.flatMap(({ name }) => {
      const above = name.replace(/:\d+$/, '').replace(/\.\d+$/, '');
      return above !== name && number.has(above) ? [above, name] : [];
    }),
  );
  /** @type {number[][]} */
  const found = places.map(() => []);
  weights.forEach((weight, w) => {
    for (let end = weight.length; end > 0; end = weight.lastIndexOf('.', end - 1)) {
      const b = number.get(weight.slice(0, end));
      if (b === undefined) continue;
      if (!shared.has(places[b].name)) found[b].push(w);
      return;
    }
  });
  return found;
}
