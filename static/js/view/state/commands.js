/**
 * @file The page's requests to its source, and their answers: probes, runs, changes of a running net.
 */

import { agrees, same } from '../../figure/measured.js';
import { Refusal } from '../../sources/source.js';
import { tellChoice } from './changes.js';
import { createChoosing } from './choosing.js';
import { statedOf, strengthsOf, wireArchitecture } from './describe.js';
import { createFollowing } from './following.js';
import { openFile } from './openfile.js';
import { createPlayback } from './playback.js';
import { createShowing, MEASURED } from './showing.js';
import { createStarting } from './starting.js';
import { createTravelling } from './travelling.js';
import { createTurns } from './turns.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Commands} Commands */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./store.js').Store} Store */

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
  const turns = createTurns(store);
  const { clear, clearFields, inTurn, replace, want } = turns;
  const followed = createFollowing(store, source);
  const { measure, open, show } = createShowing(store, source, followed, clear);

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
   * Start a run, in place of what is on screen; weakened shortcuts are told before its first step.
   *
   * @param {'running'|'paused'} state
   */
  const create = async (state) => {
    const { variants, settings, speed, past, future } = store.state;
    const weakened = strengthsOf({ variants }).strengths !== undefined;
    await followed.endShelved();
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
        await followed.shelve();
        await measure({}, store.state.run.id === null ? {} : { label: 'reset', left: true, rest: true });
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
    ...createTravelling(store, turns, {
      settle,
      measure,
      open: (id, told) => open(id, undefined, told),
      slow: async (lr) => {
        if (followed.isAlive()) await followed.patch({ lr });
        return followed.isAlive();
      },
    }),
    set: (changes) =>
      replace('settings', async () => {
        const names = Object.keys(changes);
        const label = tellChoice(changes, store.state.fields);
        clear(names);
        clearFields();
        if (followed.isAlive() && names.every((name) => name === 'lr')) {
          await followed.patch({ lr: changes.lr });
          store.dispatch({ type: 'settings', changes, label });
          return;
        }
        const { settings, variants, run } = store.state;
        await source.check({ ...settings, ...changes, variants: variants.map(wireArchitecture) });
        if ('dataset' in changes || 'image_size' in changes)
          await show(variants.map(statedOf), { settings: changes, told: { label } });
        else if (run.id !== null || MEASURED.some((name) => name in changes))
          await measure({ settings: changes }, { label });
        else store.dispatch({ type: 'settings', changes, label });
      }),
    fork: (variant) =>
      replace('run', async () => {
        const { id } = store.state.run;
        if (!id || !followed.isAlive()) return;
        const run = await source.fork(id, variant);
        followed.began(run.id);
        await open(run.id, variant, { label: `fork ${store.state.variants[variant].label}` });
      }),
    pace: (perSecond) =>
      inTurn('run', async () => {
        if (followed.isAlive()) await followed.patch({ max_rate: perSecond });
        store.dispatch({ type: 'speed', speed: perSecond });
      }),
    replay: (id, label) => replace('run', () => open(id, undefined, { label })),
    openFile: (file) => replace('file', () => openFile(store, followed, file, source.parquet)),
    pictures: source.pictures,
    weights: async () => {
      const { id, outside } = store.state.run;
      return id === null || outside ? null : (await source.run(id)).weights;
    },
    starting: createStarting(store, source, turns, { open, followed }),
    maps: source.maps,
    ...createChoosing(store, show, turns),
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
  const { replay, pictures } = commands;
  return { ...commands, ...refusing, ...played, replay, pictures, starting: null, leave: ended };
}
