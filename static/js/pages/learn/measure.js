/**
 * @file Measurements of a chapter, by a laboratory of Explore's below the figure, and their numbers block by block.
 */

import { mapsOf } from '../../figure/lesson/blockmaps.js';
import { readingOf } from '../../figure/lesson/readings.js';
import { drawnBatch, drawnVariants } from '../../figure/measured.js';
import { whenChanged } from '../../view/state/select.js';

/** @typedef {import('../../view/state/state.js').State} State */
/** @typedef {import('../../view/laboratory.js').Laboratory} Laboratory */
/** @typedef {import('../../sources/source.js').Source} Source */
/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */
/** @typedef {Pick<import('./declared.js').First, 'settings'|'datasets'|'presets'>} Known */
/**
 * @typedef {object} Wanted
 * @property {string} address
 * @property {string[]} parts of Explore that are shown
 * @property {{block: number, image: number}|null} [maps] the block whose maps are measured too, from 1, and the image
 * @property {(readings: Reading[], step: number) => void} onReadings told whenever something new was
 *   measured, and at which step
 * @property {(words: string) => void} onProblem told why nothing was
 * @property {(address: string) => void} [onAddress]
 */

/**
 * Mount a laboratory; its code is loaded when the first one is wanted.
 *
 * @param {HTMLElement} place
 * @param {Source} source
 * @param {Known} known
 * @param {Wanted} wanted
 * @returns {Promise<Laboratory>}
 */
export async function mountMeasured(place, source, { settings, datasets, presets }, wanted) {
  const [{ mount }, { mapsRequestOf }] = await Promise.all([
    import('../../view/laboratory.js'),
    import('../../view/state/mapsrequest.js'),
  ]);
  const { address, parts, maps = null, onReadings, onProblem, onAddress } = wanted;
  let latest = 0;
  /** @param {State} state @param {{block: number, image: number}} of */
  const withMaps = async (state, { block, image }) => {
    latest += 1;
    const own = latest;
    const readings = readingsOf(state);
    const names = readings[readings.length - 1].blocks;
    try {
      const place = { block: names[Math.min(block, names.length) - 1], image };
      const { variants } = await source.maps(mapsRequestOf(state, place));
      if (own === latest)
        onReadings(
          readings.map((one, v) => ({ ...one, maps: mapsOf(variants[v]) })),
          state.step,
        );
    } catch (error) {
      if (own === latest) onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const first = { summaries: [], descriptions: [], settings, datasets, presets };
  const laboratory = mount(place, source, { first, address: `?${address}`, parts, explains: true, onAddress });
  const measured = whenChanged(
    (/** @type {State} */ { values, measured }) => [values, measured],
    (state) => {
      if (state.variants.length === 0 || state.values.length !== state.variants.length) return;
      if (maps) void withMaps(state, maps);
      else onReadings(readingsOf(state), state.step);
    },
  );
  const refused = whenChanged(
    (/** @type {State} */ { problems }) => [problems],
    ({ problems }) => {
      const [problem] = Object.values(problems);
      if (problem) onProblem(problem.detail || problem.title);
    },
  );
  laboratory.store.subscribe((state) => {
    measured(state);
    refused(state);
  });
  return laboratory;
}

/** @param {State} state @returns {Reading[]} */
function readingsOf(state) {
  return drawnVariants(state).map(({ label, taps, blocks, architecture, skips, summary, weights }, v) =>
    readingOf({
      label,
      taps,
      blocks,
      architecture: { ...architecture, skips },
      values: state.values[v],
      run: runOf(state, v),
      summary,
      weights,
      batch: drawnBatch(state),
    }),
  );
}

/** The training of a network so far. @param {State} state @param {number} v */
function runOf({ history }, v) {
  const one = history.variants[v];
  if (!one || history.length === 0) return undefined;
  const whole = (/** @type {Float64Array} */ column) => Array.from(column.subarray(0, history.length));
  return { steps: whole(history.steps), accuracy: whole(one.accuracy), test: whole(one.test) };
}

/**
 * Measure an address once, out of sight.
 *
 * @param {Source} source @param {Known} known @param {string} address
 * @param {{block: number, image: number}|null} [maps] the block whose maps are measured too
 * @returns {Promise<Reading[]>} rejected with the words of who refused
 */
export function measureOnce(source, known, address, maps = null) {
  const place = document.createElement('div');
  /** @type {Promise<Laboratory>|null} */
  let mounted = null;
  return new Promise((resolve, reject) => {
    mounted = mountMeasured(place, source, known, {
      address,
      parts: [],
      maps,
      onReadings: resolve,
      onProblem: (words) => reject(new Error(words)),
    });
    mounted.catch(reject);
  }).finally(async () => (await mounted)?.destroy());
}
