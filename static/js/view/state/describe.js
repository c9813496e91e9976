/**
 * @file Descriptions of a network: the differences for the address, and the whole for a request. Pure.
 */
import { changesOf, encodeStrength } from './url.js';

/** The most channels of a stage. */
const WIDEST = 8192;

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Architecture} Architecture */
/** @typedef {import('./state.js').Stated} Stated */

/**
 * A description with changes. Widths that are stated follow depths, as the server lets a preset's follow; skips of
 * other blocks are forgotten.
 *
 * @param {Stated} description @param {Stated} changes @returns {Stated}
 */
export function changed(description, { preset, ...rest }) {
  if (preset !== undefined && preset !== description.preset) return { ...kept(description), preset, ...rest };
  const { depths, widths } = rest;
  if (!depths || widths) return { ...description, ...rest };
  const { skips, cut: _cut, only: _only, strength: _strength, ...others } = description;
  const all = typeof skips === 'boolean' ? { ...others, skips } : others;
  return { ...all, ...(others.widths ? { widths: widthsFor(others.widths, depths.length) } : {}), ...rest };
}

/** The widths of so many stages: the last one doubles. @param {number[]} widths @param {number} stages */
function widthsFor(widths, stages) {
  const more = Array.from({ length: Math.max(0, stages - widths.length) }, (_, i) =>
    Math.min(WIDEST, widths[widths.length - 1] * 2 ** (i + 1)),
  );
  return [...widths.slice(0, stages), ...more];
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
  return { ...stated, ...changesOf(skips, usualSkips) };
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
 * The networks before skips were cut or connected, for a probe: they go by the names that they had then. Nothing where
 * none was.
 *
 * @param {Pick<State, 'variants'>} state
 * @returns {{born?: Architecture[]}}
 */
export function bornOf({ variants }) {
  const isChanged = variants.some(({ skips, usualSkips }) => skips.some((on, b) => on !== usualSkips[b]));
  return isChanged ? { born: variants.map((one) => wireArchitecture({ ...one, skips: one.usualSkips })) } : {};
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

/**
 * The fields of every network that the data set decides. All see images of one size: the usual one is the largest that
 * the data set has for a stem among them.
 *
 * @param {Pick<State, 'datasets'|'settings'|'presets'>} state @param {Stated[]} descriptions
 * @returns {Stated}
 */
export function shapeOf({ datasets, settings, presets }, descriptions) {
  const dataset = datasets.find((one) => one.name === settings.dataset);
  if (!dataset) return {};
  const usual = descriptions.map((one) => dataset.image_sizes[stemOf(one, presets)] ?? dataset.image_size);
  const shape = {
    image_size: settings.image_size ?? Math.max(...usual),
    in_channels: dataset.in_channels,
    num_classes: dataset.num_classes,
  };
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => typeof value === 'number'));
}

/** @param {Stated} description @param {State['presets']} presets */
function stemOf({ stem, preset }, presets) {
  return stem ?? presets.find(({ name, title }) => preset === name || preset === title)?.stem ?? 'imagenet';
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
