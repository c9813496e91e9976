/** @file The numbers that a chapter reads off a measurement: those of each block of one network. Pure. */
import { numberOf } from '../values.js';
import { anatomyOf } from './anatomy.js';
import { keptMaps, mapsOf } from './blockmaps.js';
import { runOf } from './runs.js';

/** @typedef {import('../../wire').WireNumber} WireNumber */
/**
 * @typedef {object} Reading one network, measured; numbers one a block
 * @property {string} label
 * @property {string[]} blocks
 * @property {boolean[]} skips
 * @property {{norm: string, activation: string}} made
 * @property {number[]} gradient RMS at the block's output
 * @property {number[]} activation RMS at the block's output
 * @property {number[]} residual RMS of F(x)
 * @property {number[]} identity RMS of the shortcut's output
 * @property {import('./runs.js').Run|null} run how it was trained, if it was
 * @property {import('./anatomy.js').Anatomy|null} [anatomy] its layers, if its summary is known
 * @property {import('./blockmaps.js').BlockMaps|null} [maps] of one of its blocks, if they were measured
 */
/**
 * @typedef {{label: string, taps: string[], blocks: string[], architecture: {skips: boolean|boolean[], norm: string,
 *   activation: string}, values: Record<string, ArrayLike<WireNumber|null>>, run?: import('./runs.js').Recorded} &
 *   Partial<Pick<import('./anatomy.js').Measured, 'summary'|'weights'|'batch'>> &
 *   {maps?: import('./blockmaps.js').MappedVariant}} Measured
 */

/**
 * Read a network of a probe, as the wire or the page's state has it.
 *
 * @param {Measured} measured
 * @returns {Reading}
 */
export function readingOf(measured) {
  const { label, taps, blocks, architecture, values, run, summary, weights = [], batch = 1, maps } = measured;
  const { skips, norm, activation } = architecture;
  const places = blocks.map((name) => taps.indexOf(name));
  const ofTaps = (/** @type {string} */ name) => places.map((at) => numberOf(values[name]?.[at]));
  const ofBlocks = (/** @type {string} */ name) => blocks.map((_, b) => numberOf(values[name]?.[b]));
  return {
    label,
    blocks,
    skips: Array.isArray(skips) ? skips : blocks.map(() => skips),
    made: { norm, activation },
    gradient: ofTaps('gradient_rms'),
    activation: ofTaps('activation_rms'),
    residual: ofBlocks('residual_rms'),
    identity: ofBlocks('identity_rms'),
    run: run ? runOf(run) : null,
    ...(summary ? { anatomy: anatomyOf({ summary, taps, weights, batch, values }) } : {}),
    ...(maps ? { maps: mapsOf(maps) } : {}),
  };
}

/**
 * A reading as JSON holds it; `revive` reads it again.
 *
 * @param {Reading} reading
 * @param {string} [show] the figure, whose maps are kept
 */
export function kept(reading, show = '') {
  const { gradient, activation, residual, identity, anatomy = null, maps = null } = reading;
  return {
    ...reading,
    gradient: plain(gradient),
    activation: plain(activation),
    residual: plain(residual),
    identity: plain(identity),
    ...(anatomy ? { anatomy: keptAnatomy(anatomy) } : {}),
    ...(maps ? { maps: keptMaps(maps, show) } : {}),
  };
}

/** @param {number[]} list */
function plain(list) {
  return list.map((one) => (Number.isNaN(one) ? null : Number.isFinite(one) ? Number(one.toPrecision(4)) : 'inf'));
}

/** @param {import('./anatomy.js').Anatomy} anatomy */
function keptAnatomy({ branch, skip, trunk, own, ...more }) {
  const [names, values] = [Object.keys(own), plain(Object.values(own))];
  return {
    ...more,
    branch: plain(branch),
    skip: plain(skip),
    trunk: plain(trunk),
    own: Object.fromEntries(names.map((name, i) => [name, values[i]])),
  };
}

/** @typedef {ReturnType<typeof kept>} Kept */

/** @param {Kept} reading @returns {Reading} */
export function revive(reading) {
  const { gradient, activation, residual, identity, anatomy, ...more } = reading;
  return {
    ...more,
    gradient: gradient.map(revived),
    activation: activation.map(revived),
    residual: residual.map(revived),
    identity: identity.map(revived),
    ...(anatomy ? { anatomy: revivedAnatomy(anatomy) } : {}),
  };
}

/** @param {number|string|null} one */
function revived(one) {
  return one === null ? NaN : typeof one === 'number' ? one : Infinity;
}

/** @param {ReturnType<typeof keptAnatomy>} anatomy */
function revivedAnatomy({ branch, skip, trunk, own, ...more }) {
  return {
    ...more,
    branch: branch.map(revived),
    skip: skip.map(revived),
    trunk: trunk.map(revived),
    own: Object.fromEntries(Object.entries(own).map(([name, one]) => [name, revived(one)])),
  };
}

/** Call networks as a chapter does. @param {Reading[]} readings @param {string[]} names none: as they are called */
export function named(readings, names) {
  return readings.map((one, v) => (names[v] === undefined ? one : { ...one, label: names[v] }));
}

/** The gradient at each block over that at the last one, as log10. @param {Reading} reading */
export function relativeLogs({ gradient }) {
  const last = gradient[gradient.length - 1];
  return gradient.map((one) => Math.log10(one) - Math.log10(last));
}

/**
 * The factor of each block but the first: the gradient that it hands back over the one it got, as log10.
 *
 * @param {Reading} reading
 */
export function factorLogs(reading) {
  const logs = relativeLogs(reading);
  return logs.slice(1).map((log, i) => logs[i] - log);
}

/** The first block of each stage, from 0, with its name. @param {string[]} blocks */
export function stagesOf(blocks) {
  /** @type {{name: string, from: number}[]} */
  const stages = [];
  blocks.forEach((block, from) => {
    const name = block.split('.')[0];
    if (stages[stages.length - 1]?.name !== name) stages.push({ name, from });
  });
  return stages;
}
