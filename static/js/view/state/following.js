/** @file The run on screen: watched, told what to do, and ended if this page began it. */
import { ignoreGone, Refusal } from '../../sources/source.js';
import { take } from './fromwire.js';

/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('../../sources/source.js').Source} Source */
/** @typedef {import('./outside.js').Schema} Schema */

export const ALIVE = ['queued', 'running', 'paused'];

/**
 * Follow the runs of a store, one at a time.
 *
 * @param {Store} store
 * @param {Source} source
 */
export function createFollowing(store, source) {
  let unwatch = () => {};
  /** Runs that this page began. @type {Set<string>} */
  const begun = new Set();
  /** The state that the run was sent and has not confirmed yet. @type {'running'|'paused'|null} */
  let heading = null;
  /** A run that waits for an undo until the next one begins. @type {string|null} */
  let shelved = null;

  const isAlive = () => ALIVE.includes(store.state.run.state) && !store.state.run.replay;

  /** @param {import('../../wire').Change} body */
  const patch = async (body) => {
    const { id } = store.state.run;
    if (id) await source.change(id, body);
  };

  return {
    isAlive,
    patch,
    leave: () => unwatch(),
    /** @param {string} id of a run that this page began */
    began(id) {
      begun.add(id);
    },
    /** End the run that waits for an undo: another one needs its room. */
    async endShelved() {
      const old = shelved;
      shelved = null;
      if (old !== null && begun.delete(old)) await source.change(old, { state: 'stopped' }).catch(ignoreGone);
    },
    /** Let the run on screen wait for an undo if this page began it, until the next one begins. */
    async shelve() {
      const { id } = store.state.run;
      if (id === null || !begun.has(id) || !isAlive()) return;
      shelved = id;
      await this.rest();
    },
    /** Let the run on screen wait if this page began it: the reader may come back to it. */
    async rest() {
      const { id, state } = store.state.run;
      if (id === null || !begun.has(id) || !isAlive() || (heading ?? state) === 'paused') return;
      await patch({ state: 'paused' }).catch(ignoreGone);
      heading = 'paused';
    },
    /** The state of the run, or the one that it was sent. */
    heading: () => heading ?? store.state.run.state,
    /** @param {'running'|'paused'} state */
    async go(state) {
      await patch({ state });
      heading = state;
    },
    /**
     * End the run on screen if this page began it; one that was opened by its link is only watched.
     */
    async end() {
      const { id } = store.state.run;
      if (id === null || !begun.delete(id)) return;
      if (isAlive()) await patch({ state: 'stopped' }).catch(ignoreGone);
    },
    /**
     * Follow a run that trains elsewhere; it is on screen when its names have come.
     *
     * @param {import('../../wire').RunView} run
     * @returns {Promise<void>} refused if the stream is
     */
    attachOutside(run) {
      this.leave();
      heading = null;
      return new Promise((resolve, reject) => {
        let opened = false;
        unwatch = source.watch(run.id, {
          lastEventId: null,
          onEvent: (event) => {
            if (opened) take(store, event);
            else if (event.type === 'schema') {
              store.dispatch(openedBy(run, event.id, /** @type {Schema} */ (/** @type {unknown} */ (event.data))));
              opened = true;
              resolve();
            }
          },
          onConnection: (connection) => {
            if (opened) store.dispatch({ type: 'connection', connection });
          },
          onRefusal: (problem) => {
            if (opened) store.dispatch({ type: 'problem', place: 'run', problem });
            else reject(new Refusal(problem));
          },
        });
      });
    },
    /** @param {string} id of the run that is on screen now */
    attach(id) {
      unwatch();
      if (id === shelved) shelved = null;
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
    },
  };
}

/**
 * The opening of a run that trains elsewhere.
 *
 * @param {import('../../wire').RunView} run @param {number} lastEventId @param {Schema} schema
 * @returns {import('./outside.js').Opened}
 */
function openedBy({ id, name, own, state, reason, outside }, lastEventId, schema) {
  const [{ label }] = schema.variants;
  const request = outside ?? { label, host: '', optimizer: '', parameters: null, band: null };
  return { type: 'outside/opened', id, lastEventId, own, state, reason, about: { name, request, file: null }, schema };
}
