/**
 * @file The page's requests to its source, and their answers: probes, runs, changes of a running net.
 */

import { agrees, netsOf, same } from '../../figure/measured.js';
import { Refusal } from '../../sources/source.js';
import { copied, lettersOf } from './chosen.js';
import { changed, pick, shapeOf, statedOf, strengthsOf, wireArchitecture } from './describe.js';
import { ALIVE, createFollowing } from './following.js';
import { createPlayback } from './playback.js';
import { createTurns } from './turns.js';
import { assemble, named } from './variants.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Stated} Stated */
/** @typedef {import('./state.js').Commands} Commands */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../../figure/networks.js').Letter} Letter */

/** The settings that a measurement at initialisation depends on. */
const MEASURED = /** @type {const} */ (['dataset', 'image_size', 'batch_size', 'seed', 'device']);

/**
 * Make the commands of a store.
 *
 * They act one after the other. A change of skips is on the page at once; the request follows in turn, and a refused
 * change goes back. All other changes wait for the source's answer.
 *
 * @param {Store} store
 * @param {import('../../sources/source.js').Source} source
 * @returns {Commands & {leave: () => void}} `leave`: watch no run any more
 */
export function createCommands(store, source) {
  const { clear, inTurn, replace, want } = createTurns(store);
  const followed = createFollowing(store, source);

  /** Bring about what is wanted of the skips: tell the run that is under way what differs, or measure anew. */
  const settle = async () => {
    const { variants, past, future } = store.state;
    try {
      if (!followed.isAlive()) {
        if (!agrees(store.state)) await measure({});
        return;
      }
      for (const [v, variant] of variants.entries()) {
        for (const name of /** @type {const} */ (['skips', 'strength'])) {
          const { nets } = store.state.agreed;
          if (same(/** @type {unknown[]} */ (variant[name]), nets[v][name])) continue;
          await followed.patch({ variant: v, [name]: variant[name] });
          store.dispatch({
            type: 'agreed',
            agreed: { nets: nets.map((net, at) => (at === v ? { ...net, [name]: variant[name] } : net)), past, future },
          });
        }
      }
    } catch (error) {
      if (error instanceof Refusal) store.dispatch({ type: 'refused' });
      throw error;
    }
  };

  /**
   * Measure at initialisation, and show that in place of what is on screen: of these networks, under these settings.
   *
   * @param {{variants?: Variant[], settings?: Partial<Settings>}} others than those on the page
   */
  const measure = async (others) => {
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
      });
      await followed.end();
      followed.leave();
      const asked = others.variants
        ? { nets: netsOf(variants), past: [], future: [] }
        : { nets: netsOf(variants), past, future };
      clear(['probe']);
      store.dispatch({ type: 'probe/answered', sequence, probe: answer.variants, closes: run.id, asked, ...others });
    } catch (error) {
      store.dispatch({ type: 'probe/refused', sequence });
      throw error instanceof Refusal ? new Refusal(error.problem, 'probe') : error;
    }
  };

  /**
   * Start a run, in place of what is on screen; weakened shortcuts are told before its first step.
   *
   * @param {'running'|'paused'} state
   */
  const create = async (state) => {
    const { variants, settings, speed, past, future } = store.state;
    const weakened = strengthsOf({ variants }).strengths !== undefined;
    const run = await source.begin({
      variants: variants.map(wireArchitecture),
      labels: variants.map(({ label }) => label),
      ...settings,
      state: weakened ? 'paused' : state,
      max_rate: speed,
    });
    followed.began(run.id);
    const nets = variants.map(({ skips, strength }) => ({ skips, strength: strength.map(() => 1) }));
    store.dispatch({ type: 'run/opened', id: run.id, state: run.state ?? 'queued', agreed: { nets, past, future } });
    followed.attach(run.id);
    await settle();
    if (weakened && state === 'running') await followed.go(state);
  };

  /**
   * @param {Stated} description
   * @param {Partial<Settings>} [settings] others than those on the page
   * @returns {Promise<import('./state.js').Summary>}
   */
  const summarize = (description, settings = {}) => {
    const { cut: _cut, only: _only, strength: _strength, ...stated } = description;
    return source.summarize({
      ...stated,
      ...shapeOf({ ...store.state, settings: { ...store.state.settings, ...settings } }),
    });
  };

  /**
   * Show a run, under way or over.
   *
   * @param {string} id
   * @param {number} [like] the network on screen whose copies it trains
   */
  const open = async (id, like) => {
    const run = await source.run(id);
    const request_ = run.request ?? run;
    /** @type {Stated[]} */
    const descriptions = request_.variants;
    const settings = pick(request_, /** @type {(keyof Settings)[]} */ (Object.keys(store.state.settings)));
    const summaries = await Promise.all(descriptions.map((one) => summarize(one, settings)));
    // a run that was forked waits, paused, among the runs
    if (like === undefined && id !== store.state.run.id) await followed.end();
    const letters = like === undefined ? [] : copied(store.state.variants, like);
    const variants = named(assemble([], summaries, descriptions, letters), request_.labels ?? []);
    store.dispatch({ type: 'variants', variants, settings, like });
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
   */
  const show = async (descriptions, more = {}) => {
    const { only = null, settings = {}, known = () => {}, letters = lettersOf(store.state.variants) } = more;
    const { variants } = store.state;
    store.dispatch({ type: 'probe/asked' });
    try {
      const summaries = await Promise.all(
        descriptions.map((one, v) =>
          only === null || only === v || !variants[v] ? summarize(one, settings) : variants[v].summary,
        ),
      );
      const next = assemble(variants, summaries, descriptions, letters);
      known(next);
      await measure({ variants: next, settings });
    } finally {
      store.dispatch({ type: 'probe/refused', sequence: store.state.probe.wanted });
    }
  };

  /** @type {Commands & {leave: () => void}} */
  const commands = {
    leave: followed.leave,
    play: () =>
      inTurn('run', async () => {
        if (store.state.shown !== 'live') store.dispatch({ type: 'show', step: 'live' });
        if (!followed.isAlive()) await create('running');
        else if (followed.heading() === 'paused') await followed.go('running');
      }),
    pause: () =>
      inTurn('run', async () => {
        if (followed.isAlive() && followed.heading() !== 'paused') await followed.go('paused');
      }),
    step: () =>
      inTurn('run', async () => {
        if (!followed.isAlive()) await create('paused');
        else if (followed.heading() === 'running') await followed.go('paused');
        const { id } = store.state.run;
        if (id) await source.step(id);
      }),
    reset: () =>
      inTurn('run', async () => {
        await followed.end();
        await measure({});
      }),
    toggle: (variant, block, on) =>
      want(
        'run',
        () => {
          const { skips = [], blocks = [], label = '' } = store.state.variants[variant] ?? {};
          const next = skips.map((skip, b) => (b === block ? (on ?? !skip) : skip));
          put(variant, {
            type: 'skips',
            variant,
            skips: next,
            label: `${next[block] ? 'connect' : 'cut'} ${blocks[block]}, ${label}`,
          });
        },
        settle,
      ),
    setSkips: (variant, skips, label) =>
      want('run', () => put(variant, { type: 'skips', variant, skips, label }), settle),
    setStrength: (variant, strength, label) =>
      want('strength', () => put(variant, { type: 'strength', variant, strength, label }), settle),
    undo: () => want('run', () => store.dispatch({ type: 'undo' }), settle),
    redo: () => want('run', () => store.dispatch({ type: 'redo' }), settle),
    change: (variant, changes) =>
      replace('architecture', async () => {
        clear(Object.keys(changes));
        const descriptions = store.state.variants.map((one, v) =>
          variant === null || v === variant ? changed(statedOf(one), changes) : statedOf(one),
        );
        await show(descriptions, { only: variant });
      }),
    compare: (left, right) =>
      replace('architecture', async () => {
        const presets = right === null ? [left] : [left, right];
        await show(
          presets.map((preset) => ({ preset })),
          { letters: [] },
        );
      }),
    describe: (descriptions, settings, known) =>
      replace('architecture', () => show(descriptions, { settings, known, letters: [] })),
    set: (changes) =>
      replace('settings', async () => {
        const names = Object.keys(changes);
        clear(names);
        if (followed.isAlive() && names.every((name) => name === 'lr')) {
          await followed.patch({ lr: changes.lr });
          store.dispatch({ type: 'settings', changes });
          return;
        }
        const { settings, variants, run } = store.state;
        await source.check({ ...settings, ...changes, variants: variants.map(wireArchitecture) });
        if ('dataset' in changes || 'image_size' in changes) await show(variants.map(statedOf), { settings: changes });
        else if (run.id !== null || MEASURED.some((name) => name in changes)) await measure({ settings: changes });
        else store.dispatch({ type: 'settings', changes });
      }),
    fork: (variant) =>
      replace('run', async () => {
        const { id } = store.state.run;
        if (!id || !followed.isAlive()) return;
        const run = await source.fork(id, variant);
        followed.began(run.id);
        await open(run.id, variant);
      }),
    pace: (perSecond) =>
      inTurn('run', async () => {
        if (followed.isAlive()) await followed.patch({ max_rate: perSecond });
        store.dispatch({ type: 'speed', speed: perSecond });
      }),
    replay: (id) => replace('run', () => open(id)),
    copy: () => replace('architecture', () => show(store.state.variants.map(statedOf))),
  };

  /**
   * A change of a network that is gone, or that is so already, has no effect.
   *
   * @param {number} variant
   * @param {Extract<Event, {type: 'skips'|'strength'}>} event
   */
  function put(variant, event) {
    const net = store.state.variants[variant];
    const [now, next] = event.type === 'skips' ? [net?.skips, event.skips] : [net?.strength, event.strength];
    if (now?.length === next.length && !same(/** @type {unknown[]} */ (now), next)) store.dispatch(event);
  }

  const { only } = source;
  if (!only) return commands;
  const refuse = async () => store.dispatch({ type: 'problem', place: 'page', problem: only });
  store.dispatch({ type: 'recording' });
  const refusing = Object.fromEntries(Object.keys(commands).map((name) => [name, refuse]));
  const { leave, ...played } = createPlayback(store);
  const ended = () => {
    leave();
    commands.leave();
  };
  return { ...commands, ...refusing, ...played, replay: commands.replay, leave: ended };
}
