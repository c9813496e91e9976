/**
 * @file Descriptions of a network: the differences for the address, and the whole for a request. Pure.
 */
import { encodeStrength } from './url.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Architecture} Architecture */
/** @typedef {import('./state.js').Stated} Stated */

/** @param {Stated} description @param {Stated} changes @returns {Stated} */
export function changed(description, { preset, ...rest }) {
  return preset === undefined || preset === description.preset
    ? { ...description, ...rest }
    : { ...kept(description), preset, ...rest };
}

/**
 * The fields of an Architecture that outlive a change of preset: how it is normalised, activated, initialised.
 *
 * @param {Stated} description
 * @returns {Stated}
 */
export function kept(description) {
  return Object.fromEntries(
    Object.entries(description).filter(([name]) => ['norm', 'activation', 'init', 'init_std'].includes(name)),
  );
}

/**
 * @param {State['variants'][number]} variant
 * @returns {Stated} its description with the skips and strengths as they are
 */
export function statedOf({ description, skips, usualSkips, strength }) {
  const weak = encodeStrength(strength);
  const stated = weak ? { ...description, strength: weak } : description;
  if (skips.every((on, b) => on === usualSkips[b])) return stated;
  if (skips.every((on) => on)) return { ...stated, skips: true };
  if (!skips.some((on) => on)) return { ...stated, skips: false };
  return { ...stated, skips };
}

/**
 * The Architecture as it is on the page, for a probe or a run.
 *
 * @param {State['variants'][number]} variant
 * @returns {Architecture}
 */
export function wireArchitecture({ architecture, skips }) {
  const all = skips.every((on) => on);
  return { ...architecture, skips: all ? true : skips.some((on) => on) ? skips : false };
}

/**
 * The strengths of shortcuts for a probe; nothing where all are whole.
 *
 * @param {Pick<State, 'variants'>} state
 * @returns {{strengths?: (number[]|null)[]}}
 */
export function strengthsOf({ variants }) {
  const strengths = variants.map(({ strength }) => (strength.every((one) => one === 1) ? null : strength));
  return strengths.some((one) => one !== null) ? { strengths } : {};
}

/** The fields of every network that the data set decides. @param {State} state @returns {Stated} */
export function shapeOf(state) {
  const dataset = state.datasets.find((one) => one.name === state.settings.dataset);
  if (!dataset) return {};
  const shape = {
    image_size: state.settings.image_size ?? dataset.image_size,
    in_channels: dataset.in_channels,
    num_classes: dataset.num_classes,
  };
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => typeof value === 'number'));
}

/**
 * The shortest statement of a network, as the server has found it; its shape is left to the data.
 *
 * @param {import('./state.js').Summary} summary
 * @param {Stated} stated what was asked for
 * @returns {Stated}
 */
export function shortened({ stated: found }, stated) {
  if (!found) return stated;
  const { image_size: _size, in_channels: _channels, num_classes: _classes, ...rest } = found;
  return rest;
}

/** @template {object} T @template {keyof T} K @param {T} from @param {readonly K[]} names @returns {Pick<T, K>} */
export function pick(from, names) {
  const found = /** @type {Partial<T>} */ ({});
  for (const name of names) if (name in from) found[name] = from[name];
  return /** @type {Pick<T, K>} */ (found);
}
