/** @file Requests of a list of runs to its source. */
import { Refusal, requestOf } from '../../sources/source.js';
import { trainingOf } from '../../view/state/starting.js';
import { isInFile } from './filerun.js';
import { queryOf } from './filter.js';
import { chosenOf, missingOf } from './state.js';

/** @typedef {import('./rundigest.js').Run} Run */
/** @typedef {import('./state.js').Store} Store */

const PAGE = 50;
/** The most that a source gives at once. */
const AT_ONCE = 100;

/**
 * @typedef {object} Commands each answers when the source has, and puts a refusal into `state.problem`
 * @property {() => Promise<void>} refresh list as many as are listed
 * @property {() => Promise<void>} more list older ones too
 * @property {() => Promise<void>} find what is compared and older than the runs that are listed
 * @property {() => Promise<void>} tellApart name those that are compared
 * @property {(changes: Partial<import('./filter.js').Filter>) => Promise<void>} filter list those alone that match
 * @property {(run: Run, name: string) => Promise<void>} rename
 * @property {(run: Run, said: import('./annotate.js').Annotation) => Promise<void>} annotate
 * @property {(run: Run) => Promise<string|null>} trainOn begin a run that starts from a run's weights, paused at its
 *   first step; return its id
 * @property {(run: Run) => Promise<void>} remove
 */

/**
 * Make the commands of a store.
 *
 * @param {Store} store
 * @param {import('../../sources/source.js').Source} source
 * @returns {Commands}
 */
export function createCommands(store, source) {
  /** @param {() => Promise<void>} act */
  const guard = async (act) => {
    try {
      await act();
      store.dispatch({ type: 'problem', problem: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      store.dispatch({ type: 'problem', problem: error.message });
    }
  };

  /** One that is gone is compared no longer, in the source's words. */
  const find = async () => {
    // all answers are awaited: a refusal may come before the others
    const answers = await Promise.allSettled(
      missingOf(store.state).map(async (id) => {
        try {
          store.dispatch({ type: 'found', run: await source.run(id) });
        } catch (error) {
          store.dispatch({ type: 'compare', id, on: false });
          throw error;
        }
      }),
    );
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  };

  /** @param {number} [count] */
  const refresh = async (count = Math.max(PAGE, store.state.runs.length)) => {
    /** @type {Run[]} */
    const runs = [];
    let { total } = store.state;
    const { filter } = store.state;
    const query = queryOf(filter);
    while (runs.length < count) {
      const page = await source.runs({ offset: runs.length, limit: Math.min(AT_ONCE, count - runs.length), query });
      if (store.state.filter !== filter) return; // others are asked for meanwhile
      runs.push(...page.runs);
      ({ total } = page);
      if (page.next === null) break;
    }
    store.dispatch({ type: 'listed', runs, total });
    await find();
  };

  return {
    refresh: () => guard(() => refresh()),
    more: () => guard(() => refresh(store.state.runs.length + PAGE)),
    find: () => guard(find),
    tellApart: async () => {
      const known = () =>
        chosenOf(store.state)
          .map(({ id }) => id)
          .filter((id) => !isInFile(id));
      const ids = known();
      try {
        const names = ids.length > 1 ? await source.beside(ids) : [];
        // others are compared meanwhile, and named by the answer that is on its way
        if (ids.join() !== known().join()) return;
        store.dispatch({ type: 'named', names: Object.fromEntries(names.map((name, i) => [ids[i], name])) });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        store.dispatch({ type: 'problem', problem: error.message });
      }
    },
    filter: (changes) =>
      guard(async () => {
        store.dispatch({ type: 'filter', filter: { ...store.state.filter, ...changes } });
        await refresh(PAGE);
      }),
    annotate: (run, { tags, notes }) =>
      guard(async () => {
        if (JSON.stringify(tags) !== JSON.stringify(run.tags)) await source.change(run.id, { tags });
        if (notes !== run.notes) await source.change(run.id, { notes });
        await refresh();
      }),
    rename: (run, name) =>
      guard(async () => {
        await source.change(run.id, { name });
        await refresh();
      }),
    trainOn: async (run) => {
      /** @type {string|null} */
      let id = null;
      await guard(async () => {
        ({ id } = await source.begin({ ...trainingOf(requestOf(run, 'a new run')), weights: run.id, state: 'paused' }));
        await source.step(id);
      });
      return id;
    },
    remove: (run) =>
      guard(async () => {
        await source.remove(run.id);
        store.dispatch({ type: 'compare', id: run.id, on: false });
        await refresh();
      }),
  };
}
