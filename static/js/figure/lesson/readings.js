/** @file What a chapter reads off a measurement: the numbers of each block of one network. Pure. */
import { numberOf } from '../values.js';

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
 * @property {number} accuracy on the last batches of a training, NaN where it was not trained
 */
/**
 * @typedef {{label: string, taps: string[], blocks: string[], architecture: {skips: boolean|boolean[], norm: string,
 *   activation: string}, values: Record<string, ArrayLike<WireNumber|null>>}} Measured
 */

/**
 * Read a network of a probe, as the wire or the page's state has it.
 *
 * @param {Measured} measured
 * @param {number} [accuracy]
 * @returns {Reading}
 */
export function readingOf({ label, taps, blocks, architecture, values }, accuracy = NaN) {
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
    accuracy,
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
    accuracy: null,
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
    accuracy: NaN,
  };
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

/** Where a stage begins, as numbers of blocks from 0, with its name. @param {string[]} blocks */
export function stagesOf(blocks) {
  /** @type {{name: string, from: number}[]} */
  const stages = [];
  blocks.forEach((block, from) => {
    const name = block.split('.')[0];
    if (stages[stages.length - 1]?.name !== name) stages.push({ name, from });
  });
  return stages;
}
