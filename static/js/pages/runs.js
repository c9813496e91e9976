/**
 * @file The page of all runs: the list, kept up to date while a run is under way, and the comparison of up to four.
 */
import { serverOf } from '../sources/server.js';
import { Refusal } from '../sources/source.js';
import { h, need } from '../view/dom.js';
import { mountTheme } from '../view/controls/theme.js';
import { createComparison } from './runs/compare.js';
import { drawList } from './runs/list.js';
import { titleOf } from './runs/rundigest.js';

/** @typedef {import('./runs/rundigest.js').Run} Run */

const EVERY = 3000;
const PAGE = 50;
const source = serverOf();
const first = JSON.parse(need('first').textContent ?? '');

/** @type {Run[]} */
let runs = first.runs;
let { total } = first;
/** @type {'light'|'dark'} */
let theme = 'light';
const compared = new Set(new URLSearchParams(location.search).getAll('compare').slice(0, 4));
const compare = createComparison();
/** Runs that are compared and not among those listed. @type {Map<string, Run>} */
const beyond = new Map();

/** @param {() => Promise<void>} act */
async function guard(act) {
  const box = need('problem');
  try {
    await act();
    box.hidden = true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    box.hidden = false;
    box.textContent = error.message;
  }
}

/** Those that are compared, in the order in which they were ticked. */
function chosenOnes() {
  const found = [...compared].map((id) => runs.find((run) => run.id === id) ?? beyond.get(id));
  return found.flatMap((run) => (run?.digest ? [run] : []));
}

/** Ask for what is compared and older than the runs that are listed; one that is gone is compared no longer, in the server's words. */
async function find() {
  const listed = new Set(runs.map(({ id }) => id));
  // all answers are awaited: a refusal may come before the others
  const answers = await Promise.allSettled([...compared].filter((id) => !listed.has(id)).map(async (id) => {
    try {
      beyond.set(id, await source.run(id));
    } catch (error) {
      compared.delete(id);
      throw error;
    }
  }));
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
}

function draw() {
  const chosen = chosenOnes();
  need('compare').hidden = chosen.length === 0;
  need('compare-clear').hidden = chosen.length === 0;
  need('runs-count').textContent = `${total} run${total === 1 ? '' : 's'}${compared.size > 0 ? `, ${chosen.length} compared` : '; tick up to four to compare them'}`;
  need('runs-more').hidden = runs.length >= total;
  drawList(need('runs'), runs, new Map([...compared].map((id) => [id, chosen.findIndex((run) => run.id === id) + 1])), { rename, remove, compare: choose });
  if (chosen.length > 0) compare(chosen, theme);
  const query = new URLSearchParams([...compared].map((id) => ['compare', id]));
  history.replaceState(null, '', `${location.pathname}${compared.size > 0 ? `?${query}` : ''}`);
}

async function refresh(count = Math.max(PAGE, runs.length)) {
  /** @type {Run[]} */
  const found = [];
  while (found.length < count) {
    const page = await source.runs({ offset: found.length, limit: Math.min(100, count - found.length) });
    found.push(...page.runs);
    ({ total } = page);
    if (page.next === null) break;
  }
  runs = found;
  await find().finally(draw);
}

/** @param {Run} run @param {boolean} on */
function choose(run, on) {
  if (on) compared.add(run.id);
  else compared.delete(run.id);
  draw();
}

/** @param {Run} run @param {string} name */
function rename(run, name) {
  return guard(async () => {
    await source.change(run.id, { name });
    await refresh();
  });
}

/** @param {Run} run */
function remove(run) {
  return guard(async () => {
    if (!await confirmed('Delete “', h('bdi', {}, titleOf(run)), `” with all ${run.recorded} recorded steps? It cannot be brought back.`)) return;
    await source.remove(run.id);
    compared.delete(run.id);
    await refresh();
  });
}

/** @param {...import('../view/dom.js').Child} question @returns {Promise<boolean>} */
function confirmed(...question) {
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'confirm' }, h('form', { method: 'dialog' }, h('p', {}, ...question), h('menu', {},
      h('button', { class: 'button', value: '' }, 'Keep'), h('button', { class: 'button danger', value: 'delete' }, 'Delete'))));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'delete');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {'light'|'dark'} chosen */
function wear(chosen) {
  theme = chosen;
  view?.update(/** @type {any} */ ({ theme }));
  draw();
}
/** @type {import('../view/state/store.js').View|null} */
let view = null;
view = mountTheme(need('theme'), /** @type {any} */ ({ dispatch: (/** @type {{theme: 'light'|'dark'}} */ event) => wear(event.theme) }));
wear(theme);
need('runs-more').addEventListener('click', () => void guard(async () => {
  const last = runs.at(-1);
  await refresh(runs.length + PAGE);
  // the button goes when all are shown: on with the first of those that came
  const next = document.querySelector(`tr[data-run="${last?.id}"] + tr a`);
  if (next instanceof HTMLElement) next.focus();
}));
need('compare-clear').addEventListener('click', () => {
  compared.clear();
  draw();
  need('main').focus();
});
if ([...compared].some((id) => !runs.some((run) => run.id === id))) void guard(() => find().finally(draw));
document.documentElement.dataset.state = 'ready';

setInterval(() => {
  const busy = document.querySelector('.runs-rename, .menu[open], dialog[open]') !== null || document.hidden;
  if (!busy && runs.some(({ state }) => ['queued', 'running', 'paused'].includes(state))) void guard(() => refresh());
}, EVERY);
