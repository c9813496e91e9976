/** @file Networks and runs put on the page: summarised, measured at initialisation, opened. */
import { netsOf } from '../../figure/measured.js';
import { Refusal, requestOf } from '../../sources/source.js';
import { copied, lettersOf } from './choosing.js';
import { bornOf, pick, shapeOf, shortened, strengthsOf, wireArchitecture } from './describe.js';
import { ALIVE } from './following.js';
import { assemble, named } from './variants.js';

/** @typedef {import('./state.js').Stated} Stated */
/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./state.js').Told} Told */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../../figure/networks.js').Letter} Letter */

/** The settings that a measurement at initialisation depends on. */
export const MEASURED = /** @type {const} */ (['dataset', 'image_size', 'batch_size', 'seed', 'device']);

/**
 * Make what puts networks on the page of a store.
 *
 * @param {Store} store
 * @param {import('../../sources/source.js').Source} source
 * @param {ReturnType<typeof import('./following.js').createFollowing>} followed
 * @param {(names: string[]) => void} clear refusals, by place
 */
export function createShowing(store, source, followed, clear) {
  /**
   * Measure at initialisation, and show that in place of what is on screen: of these networks, under these settings.
   *
   * @param {{variants?: Variant[], settings?: Partial<Settings>}} others than those on the page
   * @param {Told & {rest?: boolean}} [told] for undo; `rest`: a run of one's own waits, and is not ended
   */
  const measure = async (others, { rest = false, ...told } = {}) => {
    const { run, past, future } = store.state;
    const { variants, settings } = {
      ...store.state,
      ...others,
      settings: { ...store.state.settings, ...others.settings },
    };
    store.dispatch({ type: 'probe/asked' });
    const sequence = store.state.probe.wanted;
    try {
      const answer = await source.probe({
        variants: variants.map(wireArchitecture),
        ...pick(settings, MEASURED),
        ...strengthsOf({ variants }),
        ...bornOf({ variants }),
      });
      await (rest || told.stacks ? followed.rest() : followed.end());
      followed.leave();
      const asked = others.variants
        ? { nets: netsOf(variants), past: [], future: [] }
        : { nets: netsOf(variants), past, future };
      clear(['probe']);
      store.dispatch({
        type: 'probe/answered',
        sequence,
        probe: answer.variants,
        comparison: answer.comparison,
        batch: answer.batch,
        headline: answer.headline,
        closes: run.id,
        asked,
        ...others,
        ...told,
      });
    } catch (error) {
      store.dispatch({ type: 'probe/refused', sequence });
      throw error instanceof Refusal ? new Refusal(error.problem, 'probe') : error;
    }
  };

  /** The shape of images for these networks. @param {Stated[]} descriptions @param {Partial<Settings>} settings */
  const shape = (descriptions, settings) =>
    shapeOf({ ...store.state, settings: { ...store.state.settings, ...settings } }, descriptions);

  /** @param {Stated} description @param {Stated} shaped @returns {Promise<import('./state.js').Summary>} */
  const summarize = ({ cut: _cut, only: _only, strength: _strength, ...stated }, shaped) =>
    source.summarize({ ...stated, ...shaped });

  /**
   * Show a run, under way or over.
   *
   * @param {string} id
   * @param {number} [like] the network on screen whose copies it trains
   * @param {Told} [told] for undo
   */
  const open = async (id, like, told = {}) => {
    const run = await source.run(id);
    if (run.outside) {
      if (id !== store.state.run.id) await followed.rest();
      await followed.attachOutside(run);
      return;
    }
    const request_ = requestOf(run, 'Explore');
    /** @type {Stated[]} */
    const descriptions = request_.variants;
    const settings = pick(request_, /** @type {(keyof Settings)[]} */ (Object.keys(store.state.settings)));
    const shaped = shape(descriptions, settings);
    const summaries = await Promise.all(descriptions.map((one) => summarize(one, shaped)));
    const stated = summaries.map((summary, v) => shortened(summary, descriptions[v]));
    // a run that was forked waits, paused, among the runs, and so does one that is left for another
    if (like === undefined && id !== store.state.run.id) await followed.rest();
    const letters = like === undefined ? [] : copied(store.state.variants, like);
    const variants = named(assemble([], summaries, stated, letters), request_.labels ?? []);
    store.dispatch({ type: 'variants', variants, settings, like, ...told });
    const { own, state } = run;
    store.dispatch({ type: 'run/opened', id: run.id, own, state, replay: !ALIVE.includes(state) });
    followed.attach(run.id);
  };

  /**
   * Show networks as they are at initialisation.
   *
   * @param {Stated[]} descriptions
   * @param {object} [more]
   * @param {number|null} [more.only] the variant that changed; all where null
   * @param {Partial<Settings>} [more.settings]
   * @param {(variants: Variant[]) => void} [more.known] told their structure, before they are measured
   * @param {Letter[]} [more.letters] of those that stay
   * @param {Told & {rest?: boolean}} [more.told] for undo, as `measure` takes it
   */
  const show = async (descriptions, more = {}) => {
    const { only = null, settings = {}, known = () => {}, letters = lettersOf(store.state.variants), told } = more;
    const { variants } = store.state;
    const shaped = shape(descriptions, settings);
    store.dispatch({ type: 'probe/asked' });
    try {
      const summaries = await Promise.all(
        descriptions.map((one, v) => {
          const old = only === null || only === v ? undefined : variants[v]?.summary;
          return old && old.architecture.image_size === shaped.image_size ? old : summarize(one, shaped);
        }),
      );
      const next = assemble(variants, summaries, descriptions, letters);
      known(next);
      await measure({ variants: next, settings }, told);
    } finally {
      store.dispatch({ type: 'probe/refused', sequence: store.state.probe.wanted });
    }
  };

  return { measure, open, show };
}
