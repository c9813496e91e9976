/**
 * @file What the page asks of its source, and what it does with the answers: probes, runs, changes of a running net.
 */
import { ignoreGone, placeOf, Refusal } from '../../sources/source.js';
import { changed, kept, pick, shapeOf, statedOf, strengthsOf, wireArchitecture } from './describe.js';
import { agrees, netsOf, same } from '../../figure/measured.js';
import { take } from './fromwire.js';
import { assemble } from './variants.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Stated} Stated */
/** @typedef {import('./state.js').Commands} Commands */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('./store.js').Store} Store */

const ALIVE = ['queued', 'running', 'paused'];
/** The settings that a measurement at initialisation depends on. */
const MEASURED = /** @type {const} */ (['dataset', 'image_size', 'batch_size', 'seed']);

/**
 * Make the commands of a store.
 *
 * They act one after the other, so that each finds the page as the one before left it. What is wanted of the skips is on the page at once; the source is
 * told in turn, and what it refuses goes back. For everything else the source is asked first, and the page changes when it has answered.
 *
 * @param {Store} store
 * @param {import('../../sources/source.js').Source} source
 * @returns {Commands & {leave: () => void}} `leave`: watch no run any more
 */
export function createCommands(store, source) {
  /** @type {Promise<unknown>} */
  let queue = Promise.resolve();
  /** Commands in the queue after which other networks are on the page. */
  let replacing = 0;
  let unwatch = () => {};
  /** The run that this page began. @type {string|null} */
  let own = null;
  /** What the run was told and has not said yet. @type {'running'|'paused'|null} */
  let heading = null;

  const alive = () => ALIVE.includes(store.state.run.state) && !store.state.run.replay;

  /** @param {string} place @param {() => Promise<void>} act */
  const inTurn = (place, act) => {
    const turn = queue.then(async () => {
      try {
        clear([place]);
        await act();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        store.dispatch({ type: 'problem', place: placeOf(error, place), problem: error.problem });
      }
    });
    queue = turn.catch(() => {}); // who gave the command is told; the next one goes on
    return turn;
  };

  /** Put other networks on the page. @param {string} place @param {() => Promise<void>} act */
  const replace = async (place, act) => {
    replacing += 1;
    try {
      await inTurn(place, act);
    } finally {
      replacing -= 1;
    }
  };

  /** Change what is wanted, at once unless other networks are on their way, and bring it about in turn. @param {string} place @param {() => void} apply */
  const want = (place, apply) => {
    const atOnce = replacing === 0;
    if (atOnce) apply();
    return inTurn(place, () => {
      if (!atOnce) apply();
      return settle();
    });
  };

  /** What was refused before is asked anew. @param {string[]} names of fields */
  const clear = (names) => {
    for (const name of names) store.dispatch({ type: 'problem', place: name, problem: null });
  };

  /** Bring about what is wanted of the skips: tell the run that is under way what differs, or measure anew. */
  const settle = async () => {
    const { variants, past, future } = store.state;
    try {
      if (!alive()) {
        if (!agrees(store.state)) await measure({});
        return;
      }
      for (const [v, variant] of variants.entries()) {
        for (const name of /** @type {const} */ (['skips', 'strength'])) {
          const { nets } = store.state.agreed;
          if (same(/** @type {unknown[]} */ (variant[name]), nets[v][name])) continue;
          await patch({ variant: v, [name]: variant[name] });
          store.dispatch({ type: 'agreed', agreed: { nets: nets.map((net, at) => (at === v ? { ...net, [name]: variant[name] } : net)), past, future } });
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
    const { variants, settings } = { ...store.state, ...others, settings: { ...store.state.settings, ...others.settings } };
    store.dispatch({ type: 'probe/asked' });
    const sequence = store.state.probe.wanted;
    try {
      const answer = await source.probe({ variants: variants.map(wireArchitecture), ...pick(settings, MEASURED), ...strengthsOf({ variants }) });
      await end();
      unwatch();
      const asked = others.variants ? { nets: netsOf(variants), past: [], future: [] } : { nets: netsOf(variants), past, future };
      clear(['probe']);
      store.dispatch({ type: 'probe/answered', sequence, probe: answer.variants, closes: run.id, asked, ...others });
    } catch (error) {
      store.dispatch({ type: 'probe/refused', sequence });
      throw error instanceof Refusal ? new Refusal(error.problem, 'probe') : error;
    }
  };

  /** End the run on screen if this page began it; one that was opened by its link is watched: who started it ends it. */
  const end = async () => {
    const { id } = store.state.run;
    if (id === null || id !== own) return;
    if (alive()) await patch({ state: 'stopped' }).catch(ignoreGone);
    own = null;
  };

  /** @param {string} id */
  const attach = (id) => {
    unwatch();
    heading = null;
    unwatch = source.watch(id, {
      lastEventId: store.state.run.lastEventId,
      onEvent: (event) => {
        if (event.type === 'status') heading = null;
        take(store, event);
      },
      onConnection: (connection) => store.dispatch({ type: 'connection', connection }),
      onRefusal: (problem) => {
        store.dispatch({ type: 'connection', connection: 'online' });
        store.dispatch({ type: 'problem', place: 'run', problem });
      },
    });
  };

  /** Start a run, in place of what is on screen; weakened shortcuts are told before its first step. @param {'running'|'paused'} state */
  const create = async (state) => {
    const { variants, settings, speed, past, future } = store.state;
    const weakened = strengthsOf({ variants }).strengths !== undefined;
    const run = await source.begin({ variants: variants.map(wireArchitecture), ...settings, state: weakened ? 'paused' : state, max_rate: speed });
    own = run.id;
    const nets = variants.map(({ skips, strength }) => ({ skips, strength: strength.map(() => 1) }));
    store.dispatch({ type: 'run/opened', id: run.id, state: run.state ?? 'queued', agreed: { nets, past, future } });
    attach(run.id);
    await settle();
    if (weakened && state === 'running') await go(state);
  };

  /** @param {import('../../wire').Change} body */
  const patch = async (body) => {
    const { id } = store.state.run;
    if (id) await source.change(id, body);
  };

  /** @param {'running'|'paused'} state */
  const go = async (state) => {
    await patch({ state });
    heading = state;
  };

  /** @param {Stated} description @param {Partial<Settings>} [settings] others than those on the page @returns {Promise<import('./state.js').Summary>} */
  const summarize = (description, settings = {}) => {
    const { cut: _cut, only: _only, strength: _strength, ...stated } = description;
    return source.summarize({ ...stated, ...shapeOf({ ...store.state, settings: { ...store.state.settings, ...settings } }) });
  };

  /** Show a run, under way or over. @param {string} id @param {number} [like] the network on screen whose copies it trains */
  const open = async (id, like) => {
    const run = await source.run(id);
    const request_ = run.request ?? run;
    /** @type {Stated[]} */
    const descriptions = request_.variants;
    const settings = pick(request_, /** @type {(keyof Settings)[]} */ (Object.keys(store.state.settings)));
    const summaries = await Promise.all(descriptions.map((one) => summarize(one, settings)));
    // a run that was forked waits, paused, among the runs
    if (like === undefined && id !== store.state.run.id) await end();
    store.dispatch({ type: 'variants', variants: assemble([], summaries, descriptions), settings, like });
    store.dispatch({ type: 'run/opened', id: run.id, state: run.state, replay: !ALIVE.includes(run.state) });
    attach(run.id);
  };

  /** Show networks as they are at initialisation. @param {Stated[]} descriptions @param {number|null} [only] the variant that changed; all where null @param {Partial<Settings>} [settings] @param {(variants: Variant[]) => void} [known] told their structure, before they are measured */
  const show = async (descriptions, only = null, settings = {}, known = () => {}) => {
    const { variants } = store.state;
    store.dispatch({ type: 'probe/asked' });
    try {
      const summaries = await Promise.all(descriptions.map((one, v) => (only === null || only === v || !variants[v] ? summarize(one, settings) : variants[v].summary)));
      const next = assemble(variants, summaries, descriptions);
      known(next);
      await measure({ variants: next, settings });
    } finally {
      store.dispatch({ type: 'probe/refused', sequence: store.state.probe.wanted });
    }
  };

  /** @type {Commands & {leave: () => void}} */
  const commands = {
    leave: () => unwatch(),
    play: () => inTurn('run', async () => {
      if (store.state.shown !== 'live') store.dispatch({ type: 'show', step: 'live' });
      if (!alive()) await create('running');
      else if ((heading ?? store.state.run.state) === 'paused') await go('running');
    }),
    pause: () => inTurn('run', async () => {
      if (alive() && (heading ?? store.state.run.state) !== 'paused') await go('paused');
    }),
    step: () => inTurn('run', async () => {
      if (!alive()) await create('paused');
      else if ((heading ?? store.state.run.state) === 'running') await go('paused');
      const { id } = store.state.run;
      if (id) await source.step(id);
    }),
    reset: () => inTurn('run', async () => {
      await end();
      await measure({});
    }),
    toggle: (variant, block, on) => want('run', () => {
      const { skips = [], blocks = [], label = '' } = store.state.variants[variant] ?? {};
      const next = skips.map((skip, b) => (b === block ? on ?? !skip : skip));
      put(variant, { type: 'skips', variant, skips: next, label: `${next[block] ? 'connect' : 'cut'} ${blocks[block]}, ${label}` });
    }),
    setSkips: (variant, skips, label) => want('run', () => put(variant, { type: 'skips', variant, skips, label })),
    setStrength: (variant, strength, label) => want('strength', () => put(variant, { type: 'strength', variant, strength, label })),
    undo: () => want('run', () => store.dispatch({ type: 'undo' })),
    redo: () => want('run', () => store.dispatch({ type: 'redo' })),
    change: (variant, changes) => replace('architecture', async () => {
      clear(Object.keys(changes));
      const descriptions = store.state.variants.map((one, v) => (variant === null || v === variant ? changed(statedOf(one), changes) : statedOf(one)));
      await show(descriptions, variant);
    }),
    compare: (left, right) => replace('architecture', async () => {
      const keep = kept(store.state.variants[0]?.description ?? {});
      await show([left, ...(right === null ? [] : [right])].map((preset) => ({ ...keep, preset })));
    }),
    describe: (descriptions, settings, known) => replace('architecture', () => show(descriptions, null, settings, known)),
    set: (changes) => replace('settings', async () => {
      const names = Object.keys(changes);
      clear(names);
      if (alive() && names.every((name) => name === 'lr')) {
        await patch({ lr: changes.lr });
        store.dispatch({ type: 'settings', changes });
        return;
      }
      const { settings, variants, run } = store.state;
      await source.check({ ...settings, ...changes, variants: variants.map(wireArchitecture) });
      if ('dataset' in changes || 'image_size' in changes) await show(variants.map(statedOf), null, changes);
      else if (run.id !== null || MEASURED.some((name) => name in changes)) await measure({ settings: changes });
      else store.dispatch({ type: 'settings', changes });
    }),
    fork: (variant) => replace('run', async () => {
      const { id } = store.state.run;
      if (!id || !alive()) return;
      const run = await source.fork(id, variant);
      own = run.id;
      await open(run.id, variant);
    }),
    pace: (perSecond) => inTurn('run', async () => {
      if (alive()) await patch({ max_rate: perSecond });
      store.dispatch({ type: 'speed', speed: perSecond });
    }),
    replay: (id) => replace('run', () => open(id)),
  };

  /** What is wanted of a network that is gone, or is so already, changes nothing. @param {number} variant @param {Extract<Event, {type: 'skips'|'strength'}>} event */
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
  return { ...commands, ...refusing, replay: commands.replay, leave: commands.leave };
}
