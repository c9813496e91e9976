/**
 * @file Put the page together: the store, the commands, the views, and the address that follows the state.
 */
import { createCommands } from './commands.js';
import { mount as mountDetails } from './details.js';
import { mount as mountDiagram } from './diagram.js';
import { mount as mountLegend } from './diagram/legend.js';
import { mount as mountTools } from './diagram/tools.js';
import { h, need } from './dom.js';
import { sentenceOf } from './sentence.js';
import { initialState, reduce } from './state.js';
import { createStore } from './store.js';
import { mountTheme } from './theme.js';
import { decodeState, encodeNet, encodeState } from './url.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./store.js').View} View */

const first = JSON.parse(need('first').textContent ?? '');
const store = createStore(initialState(), reduce);
store.commands = createCommands(store);

const settings = { ...initialState().settings, ...first.settings };
const linked = decodeState(location.search, settings);

const diagram = mountDiagram(need('diagram'), store);
/** @type {View[]} */
const views = [
  diagram,
  mountLegend(need('legend')),
  mountTools(need('diagram-tools'), store, diagram.toImage),
  mountDetails(need('details'), store),
  mountTheme(need('theme'), store),
];

const root = document.documentElement;
const served = { query: '', settings };
let address = location.search;
let spoken = 0;

/** @param {State} state */
function tell(state) {
  for (const view of views) view.update(state);
  if (root.dataset.state !== state.phase) root.dataset.state = state.phase;
  if (root.dataset.step !== String(state.step)) root.dataset.step = String(state.step);
  need('main').setAttribute('aria-busy', String(state.phase === 'loading'));
  tellProblems(state);
  tellSentence(state);
  const next = encodeState(state, served);
  if (next !== address && state.variants.length > 0) {
    address = next;
    history.replaceState(null, '', `${location.pathname}${next}${location.hash}`);
  }
}

/** A refusal that no field shows, at the top of the page; a field's own is beside it. @param {State} state */
function tellProblems(state) {
  const box = need('problem');
  const [place, problem] = Object.entries(state.problems).find(([name]) => ['run', 'probe', 'page', 'architecture', 'settings', 'strength'].includes(name)) ?? [];
  const text = problem ? [problem.detail || problem.title, problem.remedy].filter(Boolean).join(' ') : '';
  if (box.dataset.text !== text) {
    box.dataset.text = text;
    box.replaceChildren(...(place && problem ? [
      h('span', {}, h('strong', {}, `${problem.title}. `), text),
      h('button', { type: 'button', class: 'button small', onclick: () => store.dispatch({ type: 'problem', place, problem: null }) }, 'Close'),
    ] : []));
    box.hidden = !text;
  }
  const lost = need('connection');
  const words = { online: '', retrying: 'Connection lost; trying again. What was recorded meanwhile will follow.', offline: 'No network. The page goes on where it was as soon as there is one.' }[state.connection];
  if (lost.textContent !== words) lost.textContent = words;
  lost.hidden = !words;
}

/** @param {State} state */
function tellSentence(state) {
  const now = performance.now();
  if (state.phase === 'running' && now - spoken < 4000) return;
  const sentence = sentenceOf(state);
  if (need('sentence').textContent === sentence) return;
  spoken = now;
  need('sentence').textContent = sentence;
}

store.subscribe(tell);

store.dispatch({ type: 'hide', hide: linked.hide });
store.dispatch({ type: 'motion', reduced: matchMedia('(prefers-reduced-motion: reduce)').matches });
if (linked.quantity) store.dispatch({ type: 'quantity', quantity: linked.quantity });
if (linked.view) store.dispatch({ type: 'view', view: linked.view });
store.dispatch({
  type: 'first', summaries: first.summaries, descriptions: first.descriptions, probe: first.probe.variants, settings,
  presets: first.presets ?? [], datasets: first.datasets ?? [],
});
served.query = store.state.variants.map(({ description, skips, usualSkips }) => `net=${encodeNet(description, skips, usualSkips)}`).join('&');

if (linked.run) void store.commands.replay(linked.run);
else if (linked.nets.length > 0 || Object.keys(linked.settings).length > 0) {
  store.dispatch({ type: 'settings', changes: linked.settings });
  void store.commands.describe(linked.nets.length > 0 ? linked.nets : first.descriptions);
}
if (linked.select) {
  const [variant, block] = linked.select.split(':');
  store.dispatch({ type: 'select', focus: { variant: Number(variant) || 0, block: block || null, tap: block || null, layer: null } });
}
