/** @file The numbers that a chapter reads off a measurement: those of each block of one network. Pure. */
import { numberOf } from '../values.js';
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
 */
/**
 * @typedef {{label: string, taps: string[], blocks: string[], architecture: {skips: boolean|boolean[], norm: string,
 *   activation: string}, values: Record<string, ArrayLike<WireNumber|null>>, run?: import('./runs.js').Recorded}}
 *   Measured
 */

/**
 * Read a network of a probe, as the wire or the page's state has it.
 *
 * @param {Measured} measured
 * @returns {Reading}
 */
export function readingOf({ label, taps, blocks, architecture, values, run }) {
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
  };
}

/** A reading as JSON holds it; `revive` reads it again. @param {Reading} reading */
export function kept(reading) {
  const plain = (/** @type {number[]} */ list) =>
    list.map((one) => (Number.isNaN(one) ? null : Number.isFinite(one) ? Number(one.toPrecision(4)) : 'inf'));
  const { gradient, activation, residual, identity } = reading;
  return {
    ...reading,
    gradient: plain(gradient),
    activation: plain(activation),
    residual: plain(residual),
    identity: plain(identity),
  };
}

/** @typedef {ReturnType<typeof kept>} Kept */

/** @param {Kept} reading @returns {Reading} */
export function revive(reading) {
  const numbers = (/** @type {(number|string|null)[]} */ list) =>
    list.map((one) => (one === null ? NaN : typeof one === 'number' ? one : Infinity));
  const { gradient, activation, residual, identity } = reading;
  return {
    ...reading,
    gradient: numbers(gradient),
    activation: numbers(activation),
    residual: numbers(residual),
    identity: numbers(identity),
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
