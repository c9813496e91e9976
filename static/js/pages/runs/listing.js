/** @file A list of runs on an element: kept up to date while a run is under way, with the comparison of up to four. */
import { confirmed } from '../../view/confirm.js';
import { h } from '../../view/dom.js';
import { whenChanged } from '../../view/state/select.js';
import { createStore } from '../../view/state/store.js';
import { followTheme } from '../../view/theme.js';
import { annotated } from './annotate.js';
import { createCommands } from './commands.js';
import { mountComparison } from './compare.js';
import { isInFile } from './filerun.js';
import { mountFiles } from './files.js';
import { ALL, isAll, mountFilter, queryOf } from './filter.js';
import { drawList } from './list.js';
import { titleOf } from './rundigest.js';
import { chosenOf, initialState, missingOf, reduce } from './state.js';

/** @typedef {import('./rundigest.js').Run} Run */
/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */

/** So often a run that is under way is asked after, in milliseconds. */
const EVERY = 3000;
const ALIVE = ['queued', 'running', 'paused'];

/**
 * Mount a list.
 *
 * @param {HTMLElement} root whose `data-part`s name the places of the parts
 * @param {import('../../sources/source.js').Source} source
 * @param {{first: {runs: Run[], total: number}, compared: string[], filter?: import('./filter.js').Filter, onAddress:
 *   (query: [string, string][]) => void, onOpen: (id: string) => void}} options `onAddress`: told what is compared and
 *   listed; `onOpen`: told the run that was begun here
 * @returns {{store: Store, destroy: () => void}}
 */
export function mountRuns(root, source, { first, compared, filter = ALL, onAddress, onOpen }) {
  const find = (/** @type {string} */ name) => {
    const place = root.querySelector(`[data-part="${name}"]`);
    if (place instanceof HTMLElement) return place;
    throw new Error(`a list of runs needs a place for ${name}`);
  };
  const store = /** @type {Store} */ (createStore(initialState(first, compared, filter), reduce));
  store.commands = createCommands(store, source);
  const [list, problem, count, none, more] = [
    find('runs'),
    find('problem'),
    find('count'),
    find('compare-none'),
    find('more'),
  ];
  const comparison = mountComparison(find);
  const files = mountFiles(root, find('file'), store);

  const remove = async (/** @type {Run} */ run) => {
    if (
      await confirmed(
        root,
        'Delete “',
        h('bdi', {}, titleOf(run)),
        `” with all ${run.recorded} recorded steps? It cannot be brought back.`,
      )
    )
      await store.commands.remove(run);
  };
  const annotate = async (/** @type {Run} */ run) => {
    const said = await annotated(root, run);
    if (said) await store.commands.annotate(run, said);
  };
  const filtered = mountFilter(find('filter'), (changes) => void store.commands.filter(changes));
  const acts = {
    rename: store.commands.rename,
    annotate,
    trainOn: async (/** @type {Run} */ run) => {
      const id = await store.commands.trainOn(run);
      if (id !== null) onOpen(id);
    },
    find: (/** @type {string} */ tag) => void store.commands.filter({ tag }),
    remove,
    compare: (/** @type {Run} */ run, /** @type {boolean} */ on) => store.dispatch({ type: 'compare', id: run.id, on }),
  };
  const draw = whenChanged(
    ({ runs, total, compared: ids, beyond, filter: wanted }) => [runs, total, ids, beyond, wanted],
    (/** @type {State} */ state) => {
      const chosen = chosenOf(state);
      none.hidden = chosen.length === 0;
      more.hidden = state.runs.length >= state.total;
      const compared = state.compared.length > 0 ? `, ${chosen.length} compared` : '; tick up to four to compare them';
      const found = isAll(state.filter) ? '' : ' found';
      count.textContent = `${state.total} run${state.total === 1 ? '' : 's'}${found}${compared}`;
      drawList(
        list,
        state.runs,
        new Map(state.compared.map((id) => [id, chosen.findIndex((run) => run.id === id) + 1])),
        acts,
        isAll(state.filter),
      );
    },
  );
  const follow = whenChanged(
    ({ compared: ids, filter: wanted }) => [ids, wanted],
    (/** @type {State} */ state) =>
      onAddress([
        ...queryOf(state.filter),
        ...state.compared.filter((id) => !isInFile(id)).map((id) => /** @type {[string, string]} */ (['compare', id])),
      ]),
  );
  const say = whenChanged(
    ({ problem: words }) => [words],
    (/** @type {State} */ { problem: words }) => {
      problem.hidden = words === null;
      problem.textContent = words ?? '';
    },
  );
  const name = whenChanged(
    (state) => [
      chosenOf(state)
        .map((run) => `${run.id} ${run.name}`)
        .join(),
    ],
    (/** @type {State} */ state) => {
      if (chosenOf(state).length > 1) void store.commands.tellApart();
    },
  );
  const views = [draw, name, comparison.update, filtered.update, follow, say];
  const tell = (/** @type {State} */ state) => {
    for (const view of views) view(state);
  };

  const olderOnes = async () => {
    const last = store.state.runs.at(-1);
    await store.commands.more();
    tell(store.state);
    // the button goes when all are shown: on with the first of those that came
    const next = list.querySelector(`tr[data-run="${last?.id}"] + tr a`);
    if (next instanceof HTMLElement) next.focus();
  };
  const compareNone = () => {
    store.dispatch({ type: 'compare/none' });
    list.closest('main')?.focus();
  };
  more.addEventListener('click', olderOnes);
  none.addEventListener('click', compareNone);
  const timer = setInterval(() => {
    const busy = root.querySelector('.runs-rename, .menu[open], dialog[open]') !== null || document.hidden;
    if (!busy && store.state.runs.some(({ state }) => ALIVE.includes(state))) void store.commands.refresh();
  }, EVERY);

  store.subscribe(tell);
  const leaveTheme = followTheme((theme) => store.dispatch({ type: 'theme', theme }));
  tell(store.state);
  if (!isAll(filter)) void store.commands.filter({});
  else if (missingOf(store.state).length > 0) void store.commands.find();
  root.dataset.state = 'ready';

  return {
    store,
    destroy() {
      store.close();
      clearInterval(timer);
      leaveTheme();
      more.removeEventListener('click', olderOnes);
      none.removeEventListener('click', compareNone);
      comparison.destroy();
      files.destroy();
      filtered.destroy();
      list.replaceChildren();
      delete root.dataset.state;
    },
  };
}
