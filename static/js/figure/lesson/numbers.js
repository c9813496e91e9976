/** @file The numbers that a chapter speaks of, read off what was measured. Pure. */
import { count } from '../facts.js';
import { formatNumber } from '../scale.js';
import { numberOf } from '../values.js';
import { MAP_NUMBERS, mapNumber } from './blockmaps.js';
import { factorLogs, relativeLogs } from './readings.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {{network?: number, blocks?: [number, number]|null}} Where a network, -1 the last; blocks from 1 */

/**
 * Read a number.
 *
 * - ratio: the gradient at the first block over that at the last.
 * - block_factor, least_factor, most_factor: of the blocks' factors the geometric mean, the smallest, the largest.
 * - least_gain, most_gain: the gradient at some blocks over that of the first network, each over its last block's.
 * - branch_share: RMS of F(x) over that of x, the geometric mean over some blocks.
 * - output: RMS of the last block's output.
 * - parameters, macs, additions: of the whole network; additions are the numbers that its junctions add.
 * - block_parameters, block_macs: of the first of some blocks.
 * - projections: the blocks whose shortcut has layers of its own, because it changes the shape or is made to.
 * - accuracy: the share of right answers on the last 20 batches of a training; test_accuracy: that on the images held
 *   out, at the last test.
 * - those of MAP_NUMBERS, of one block.
 *
 * @param {string} name
 * @param {Reading[]} readings
 * @param {Where} [where]
 * @returns {number} NaN where it was not measured
 */
export function readNumber(name, readings, { network = -1, blocks = null } = {}) {
  const reading = readings[network < 0 ? readings.length - 1 : network];
  if (!reading) return NaN;
  if (MAP_NUMBERS.includes(name)) return reading.maps ? mapNumber(name, reading.maps) : NaN;
  const within = (/** @type {number[]} */ list) => (blocks ? list.slice(blocks[0] - 1, blocks[1]) : list);
  const gains = () => {
    const before = relativeLogs(readings[0]);
    return within(relativeLogs(reading).map((log, i) => log - before[i]));
  };
  switch (name) {
    case 'ratio':
      return 10 ** relativeLogs(reading)[0];
    case 'block_factor':
      return 10 ** mean(factorLogs(reading));
    case 'least_factor':
      return 10 ** Math.min(...factorLogs(reading));
    case 'most_factor':
      return 10 ** Math.max(...factorLogs(reading));
    case 'least_gain':
      return 10 ** Math.min(...gains());
    case 'most_gain':
      return 10 ** Math.max(...gains());
    case 'branch_share':
      return 10 ** mean(within(reading.residual.map((one, b) => Math.log10(one / reading.identity[b]))));
    case 'output':
      return reading.activation[reading.activation.length - 1];
    case 'parameters':
    case 'macs':
      return total(reading, () => true, name);
    case 'block_parameters':
    case 'block_macs': {
      const block = reading.blocks[(blocks?.[0] ?? 1) - 1];
      return total(reading, (layer) => layer.block === block, name === 'block_macs' ? 'macs' : 'parameters');
    }
    case 'additions':
      return layersOf(reading)
        .filter(({ type }) => type === 'add')
        .reduce((sum, { output_shape }) => sum + output_shape.reduce((product, size) => product * size, 1), 0);
    case 'projections':
      return new Set(layersOf(reading).flatMap(({ path, block }) => (path === 'projection' ? [block] : []))).size;
    case 'accuracy':
      return reading.run?.lately ?? NaN;
    case 'test_accuracy':
      return 1 - (reading.run?.test.at(-1) ?? NaN);
    default:
      throw new Error(`${name} is no number of a chapter`);
  }
}

/** The numbers that an equation may contain, as text. @param {Reading[]} readings @param {number} block from 1 */
export function numbersOf(readings, block) {
  const last = readings[readings.length - 1];
  const at = Math.min(block, last.blocks.length) - 1;
  const number = (/** @type {string} */ name) => textOf(name, readNumber(name, readings, { blocks: [block, block] }));
  return {
    ratio: number('ratio'),
    block_factor: number('block_factor'),
    factors: String(last.blocks.length - 1),
    x: formatNumber(inputOf(last, at)),
    branch: formatNumber(last.residual[at]),
    sum: formatNumber(last.activation[at]),
    ...(last.maps ? mapTexts(last.maps) : {}),
    ...(last.anatomy ? Object.fromEntries(Object.keys(COUNTS).map((name) => [name, number(name)])) : {}),
  };
}

/** Numbers that are counted, so that each digit holds. @type {Record<string, string>} */
const COUNTS = {
  parameters: 'parameters',
  macs: 'MACs',
  block_parameters: 'parameters in block 1',
  block_macs: 'MACs in block 1',
  additions: 'additions at the junctions',
  projections: 'skips with layers of their own',
};

/** A number as text: counts with each digit, shares in per cent. @param {string} name @param {number} value */
export function textOf(name, value) {
  if (!Number.isFinite(value)) return formatNumber(value);
  if (name === 'identity_share') return `${Number((100 * value).toPrecision(2))} %`;
  return name in COUNTS ? count(value) : formatNumber(value);
}

/** Of a block's maps, the RMS of each and the identity's share. @param {import('./blockmaps.js').BlockMaps} of */
function mapTexts({ maps, share }) {
  const all = Object.entries(maps).map(([name, map]) => [name, formatNumber(numberOf(map?.rms))]);
  return { ...Object.fromEntries(all), identity_share: textOf('identity_share', share ?? NaN) };
}

/** Say what was found, in answer to a question of transfer. @param {string} name @param {Reading[]} readings */
export function sayNumber(name, readings) {
  const last = readings[readings.length - 1];
  const value = textOf(name, readNumber(name, readings));
  if (name === 'ratio') return `Measured just now: ${value} at block 1, over block ${last.blocks.length}.`;
  if (last.maps) return `Measured just now in ${last.maps.block}: ${name.replace('_', ' ')} ${value}.`;
  if (name in COUNTS) return `Counted just now in ${last.label}: ${value} ${COUNTS[name]}.`;
  return `Measured just now: ${name.replace('_', ' ')} ${value}.`;
}

/** @param {Reading} reading */
function layersOf({ anatomy }) {
  if (!anatomy) throw new Error('the summary of the network is not known, so nothing of it can be counted');
  return anatomy.layers;
}

/**
 * @param {Reading} reading @param {(layer: import('./anatomy.js').Layer) => boolean} wanted
 * @param {'parameters'|'macs'} name
 */
function total(reading, wanted, name) {
  return layersOf(reading)
    .filter(wanted)
    .reduce((sum, layer) => sum + layer[name], 0);
}

/**
 * RMS of what comes into a block: its shortcut's, or the output of the block before.
 *
 * @param {Reading} reading @param {number} at
 */
export function inputOf({ identity, activation }, at) {
  return Number.isNaN(identity[at]) ? (activation[at - 1] ?? NaN) : identity[at];
}

/** @param {number[]} list */
function mean(list) {
  return list.reduce((sum, one) => sum + one, 0) / list.length;
}
