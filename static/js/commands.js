/**
 * @file What the page asks of the server, and what it does with the answers: probes, runs, changes of a running net.
 */
import { follow, Refusal, request } from './api.js';
import { changed, kept, shapeOf, statedOf, strengthsOf, wireArchitecture } from './describe.js';
import { take } from './take.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Architecture} Architecture */
/** @typedef {import('./state.js').Commands} Commands */
/** @typedef {import('./state.js').Problem} Problem */
/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./state.js').Summary} Summary */
/** @typedef {import('./store.js').Store} Store */

const ALIVE = ['queued', 'running', 'paused'];

/**
 * Make the commands of a store.
 *
 * @param {Store} store
 * @param {{ask?: typeof request, watch?: typeof follow}} [doors] to the server
 * @returns {Commands}
 */
export function createCommands(store, { ask = request, watch = follow } = {}) {
  let probing = false;
  let stale = false;
  let leave = () => {};
  /** The run that this page began. @type {string|null} */
  let own = null;

  const alive = () => ALIVE.includes(store.state.run.state) && !store.state.run.replay;

  /** @param {string} place @param {() => Promise<void>} act */
  const guard = async (place, act) => {
    try {
      store.dispatch({ type: 'problem', place, problem: null });
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      store.dispatch({ type: 'problem', place: placeOf(error, place), problem: error.problem });
    }
  };

  /** What was refused before is asked anew. @param {string[]} names of fields */
  const clear = (names) => {
    for (const name of names) store.dispatch({ type: 'problem', place: name, problem: null });
  };

  /** Measure at initialisation; while one is under way the newest wish waits. */
  const probe = async () => {
    store.dispatch({ type: 'probe/asked' });
    if (probing) {
      stale = true;
      return;
    }
    probing = true;
    try {
      do {
        stale = false;
        const sequence = store.state.probe.wanted;
        const { dataset, image_size, batch_size, seed } = store.state.settings;
        try {
          const answer = await ask('/api/probe', {
            method: 'POST', body: { variants: store.state.variants.map(wireArchitecture), dataset, image_size, batch_size, seed, ...strengthsOf(store.state) },
          });
          store.dispatch({ type: 'problem', place: 'probe', problem: null });
          store.dispatch({ type: 'probe/answered', sequence, probe: answer.variants });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          store.dispatch({ type: 'problem', place: placeOf(error, 'probe'), problem: error.problem });
          store.dispatch({ type: 'probe/refused', sequence });
        }
      } while (stale);
    } finally {
      probing = false;
    }
  };

  /** Leave a run that is over, or end one that is not. */
  const close = async () => {
    leave();
    leave = () => {};
    const { id } = store.state.run;
    // a run that was opened by its link is watched: who started it ends it
    const ending = alive() && id === own;
    store.dispatch({ type: 'run/closed' });
    if (id && ending) await ask(`/api/runs/${id}`, { method: 'PATCH', body: { state: 'stopped' } }).catch(ignoreGone);
  };

  /** @param {string} id */
  const attach = (id) => {
    leave();
    leave = watch(id, {
      lastEventId: store.state.run.lastEventId,
      onEvent: (event) => take(store, event),
      onConnection: (connection) => store.dispatch({ type: 'connection', connection }),
      onRefusal: (problem) => {
        store.dispatch({ type: 'connection', connection: 'online' });
        store.dispatch({ type: 'problem', place: 'run', problem });
      },
    });
  };

  /** Start a run; weakened shortcuts are told before its first step. @param {'running'|'paused'} [state] */
  const create = async (state = 'running') => {
    const { variants, settings } = store.state;
    const weakened = variants.flatMap(({ strength }, variant) => (strength.some((one) => one !== 1) ? [{ variant, strength }] : []));
    const first = weakened.length > 0 ? 'paused' : state;
    const run = await ask('/api/runs', {
      method: 'POST',
      body: { variants: variants.map(wireArchitecture), ...settings, state: first, max_rate: store.state.speed },
      headers: { 'idempotency-key': randomKey() },
    });
    own = run.id;
    store.dispatch({ type: 'run/opened', id: run.id, state: run.state ?? 'queued' });
    attach(run.id);
    for (const change of weakened) await patch(change);
    if (first !== state) await patch({ state });
  };

  /** @param {Record<string, any>} body */
  const patch = async (body) => {
    const { id } = store.state.run;
    if (id) await ask(`/api/runs/${id}`, { method: 'PATCH', body });
  };

  /** After the skips of a variant changed on the page: tell the running net, or probe anew. @param {number[]} changed */
  const follows = async (changed) => {
    if (alive()) {
      for (const variant of changed) {
        const { skips, strength } = store.state.variants[variant];
        await patch({ variant, skips });
        if (strength.some((one) => one !== 1)) await patch({ variant, strength });
      }
      return;
    }
    if (store.state.run.id) await close();
    await probe();
  };

  /** @param {'undo'|'redo'} type */
  const travel = (type) => guard('run', async () => {
    const before = store.state.variants;
    store.dispatch({ type });
    const changed = store.state.variants.flatMap((variant, v) => (variant.skips !== before[v].skips || variant.strength !== before[v].strength ? [v] : []));
    if (changed.length > 0) await follows(changed);
  });

  /** @param {Architecture} description @returns {Promise<Summary>} */
  const summarize = (description) => {
    const { cut: _cut, only: _only, ...stated } = description;
    return ask('/api/architectures/summary', { method: 'POST', body: { ...stated, ...shapeOf(store.state) } });
  };

  /** Show a run, under way or over. @param {string} id @param {number} [like] the network on screen whose copies it trains */
  const open = async (id, like) => {
    const run = await ask(`/api/runs/${encodeURIComponent(id)}`);
    const request_ = run.request ?? run;
    const descriptions = /** @type {Architecture[]} */ (request_.variants);
    const settings = Object.fromEntries(Object.entries(request_).filter(([name]) => name in store.state.settings));
    const summaries = await Promise.all(descriptions.map((one) => ask('/api/architectures/summary', { method: 'POST', body: one })));
    store.dispatch({ type: 'settings', changes: settings });
    store.dispatch({ type: 'variants', summaries, descriptions, like });
    store.dispatch({ type: 'run/opened', id: run.id, state: run.state, replay: !ALIVE.includes(run.state) });
    attach(run.id);
  };

  /** @param {Architecture[]} descriptions @param {number|null} [only] the variant that changed; all where null */
  const show = async (descriptions, only = null) => {
    store.dispatch({ type: 'probe/asked' });
    try {
      const summaries = await Promise.all(descriptions.map((one, v) => (only === null || only === v || !store.state.variants[v] ? summarize(one) : store.state.variants[v].summary)));
      if (store.state.run.id) await close();
      store.dispatch({ type: 'variants', summaries, descriptions });
    } finally {
      if (!alive()) await probe();
      else store.dispatch({ type: 'probe/refused', sequence: store.state.probe.wanted });
    }
  };

  /** @type {Commands} */
  const commands = {
    play: () => guard('run', async () => {
      if (store.state.shown !== 'live') store.dispatch({ type: 'show', step: 'live' });
      const { state } = store.state.run;
      if (state === 'running' || state === 'queued') return;
      if (state === 'paused') await patch({ state: 'running' });
      else {
        if (store.state.run.id) await close();
        await create();
      }
    }),
    pause: () => guard('run', async () => {
      if (store.state.run.state === 'running') await patch({ state: 'paused' });
    }),
    step: () => guard('run', async () => {
      if (store.state.run.state === 'running') await patch({ state: 'paused' });
      if (!alive()) {
        if (store.state.run.id) await close();
        await create('paused');
      }
      const { id } = store.state.run;
      if (id) await ask(`/api/runs/${id}/step`, { method: 'POST' });
    }),
    reset: () => guard('run', async () => {
      await close();
      await probe();
    }),
    toggle: (variant, block, on) => {
      const { skips, blocks, label } = store.state.variants[variant];
      const next = skips.map((skip, b) => (b === block ? on ?? !skip : skip));
      return commands.setSkips(variant, next, `${next[block] ? 'connect' : 'cut'} ${blocks[block]}, ${label}`);
    },
    setSkips: (variant, skips, label) => guard('run', async () => {
      if (store.state.variants[variant].skips.every((skip, b) => skip === skips[b])) return;
      store.dispatch({ type: 'skips', variant, skips, label });
      await follows([variant]);
    }),
    setStrength: (variant, strength, label) => guard('strength', async () => {
      store.dispatch({ type: 'strength', variant, strength, label });
      if (alive()) await patch({ variant, strength });
      else {
        if (store.state.run.id) await close();
        await probe();
      }
    }),
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    change: (variant, changes) => guard('architecture', async () => {
      clear(Object.keys(changes));
      const descriptions = store.state.variants.map((one, v) => (variant === null || v === variant ? changed(statedOf(one), changes) : statedOf(one)));
      await show(descriptions, variant);
    }),
    compare: (left, right) => guard('architecture', async () => {
      const keep = kept(store.state.variants[0]?.description ?? {});
      await show([left, ...(right === null ? [] : [right])].map((preset) => ({ ...keep, preset })));
    }),
    describe: (descriptions) => guard('architecture', () => show(descriptions)),
    set: (changes) => guard('settings', async () => {
      const names = Object.keys(changes);
      clear(names);
      if (alive() && names.every((name) => name === 'lr')) {
        await patch({ lr: changes.lr });
        store.dispatch({ type: 'settings', changes });
        return;
      }
      // refused here, in the server's words, before anything on the page has changed
      await ask('/api/runs/check', { method: 'POST', body: { ...store.state.settings, ...changes, variants: store.state.variants.map(wireArchitecture) } });
      if (store.state.run.id) await close();
      const before = store.state.settings;
      store.dispatch({ type: 'settings', changes });
      if ('dataset' in changes || 'image_size' in changes) {
        try {
          await show(store.state.variants.map(statedOf));
        } catch (error) {
          store.dispatch({ type: 'settings', changes: { dataset: before.dataset, image_size: before.image_size } });
          throw error;
        }
      } else await probe();
    }),
    fork: (variant) => guard('run', async () => {
      const { id } = store.state.run;
      if (!id || !alive()) return;
      const run = await ask(`/api/runs/${id}/fork`, { method: 'POST', body: { variant } });
      leave(); // the run that was forked waits, paused, among the runs
      own = run.id;
      await open(run.id, variant);
    }),
    pace: (perSecond) => guard('run', async () => {
      store.dispatch({ type: 'speed', speed: perSecond });
      if (alive()) await patch({ max_rate: perSecond });
    }),
    replay: (id) => guard('run', async () => {
      const other = store.state.run.id !== id;
      if (other && store.state.run.id) await close();
      await open(id);
    }),
  };
  return commands;
}

/** Where a refusal is told: beside the field that it names, if it is about what was asked and not about who asks. @param {Refusal} error @param {string} place */
function placeOf({ problem }, place) {
  return [401, 403, 429].includes(problem.status ?? 0) ? place : problem.field ?? place;
}

/** A run that is already gone is as good as stopped, and another's is left to go on. @param {unknown} error */
function ignoreGone(error) {
  if (error instanceof Refusal && [403, 404, 409].includes(error.problem.status ?? 0)) return;
  throw error;
}

/** A key of 128 random bits; `crypto.randomUUID` is missing where a class opens the page over plain HTTP. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
