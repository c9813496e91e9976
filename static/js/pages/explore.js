/**
 * @file Put the page together: the store, the commands, the views, and the address that follows the state.
 */
import { mountCurves } from '../view/charts/curves.js';
import { mountDepth, readActivation, readBranchRatio, readGradient } from '../view/charts/depth.js';
import { mountHeatmap } from '../view/charts/heatmap.js';
import { mountTwin } from '../view/charts/twin.js';
import { createCommands } from '../view/state/commands.js';
import { mountQuantity, mountScale, mountScrubber } from '../view/controls/choice.js';
import { mountFields } from '../view/controls/fields.js';
import { mountPresets } from '../view/controls/presets.js';
import { mountShare } from '../view/controls/share.js';
import { mountTransport } from '../view/controls/transport.js';
import { mount as mountDetails } from '../view/details.js';
import { mount as mountDiagram } from '../view/diagram/diagram.js';
import { mount as mountLegend } from '../view/diagram/legend.js';
import { mount as mountTools } from '../view/diagram/tools.js';
import { h, need } from '../view/dom.js';
import { NEEDLESS, recordingOf } from '../sources/recording.js';
import { serverOf } from '../sources/server.js';
import { whileSeen } from '../view/onscreen.js';
import { sentenceOf, subjectOf } from '../view/state/sentence.js';
import { initialState, reduce } from '../view/state/state.js';
import { createStore } from '../view/state/store.js';
import { mountTheme } from '../view/controls/theme.js';
import { decodeState, encodeNet, encodeState } from '../view/state/url.js';
import { problemWords } from '../view/state/words.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('../view/state/store.js').View} View */

const first = JSON.parse(need('first').textContent ?? '');
const store = createStore(initialState(), reduce);
store.commands = createCommands(store, first.recording ? recordingOf(first.recording) : serverOf());

const settings = { ...initialState().settings, ...first.settings };
const linked = decodeState(location.search, settings);
if (first.recording) {
  linked.run = first.recording.run.id;
  linked.hide.push(...NEEDLESS);
}

const diagram = mountDiagram(need('diagram'), store);
const charts = {
  'Gradient by depth': whileSeen(need('chart-gradient'), (root) => mountDepth(root, store, { read: readGradient, yTitle: '∂L/∂x, RMS', theory: 'gradient_rms', name: 'gradient by depth' })),
  'Activation by depth': whileSeen(need('chart-activation'), (root) => mountDepth(root, store, { read: readActivation, yTitle: 'x, RMS', theory: 'activation_rms', name: 'activation by depth' })),
  'Branch ratio': whileSeen(need('chart-branch'), (root) => mountDepth(root, store, { read: readBranchRatio, yTitle: 'F(x) : x, RMS', unity: true, name: 'branch ratio' })),
  Training: whileSeen(need('chart-curves'), (root) => mountCurves(root, store)),
  'Every layer, every step': whileSeen(need('heatmap'), (root) => mountHeatmap(root, need('heatmap-codes'), store)),
};
/** What needs no number. */
const outlined = [diagram, mountLegend(need('legend')), mountTools(need('diagram-tools'), store, diagram), mountPresets(need('presets'), store), mountFields(need('controls'), store)];
/** @type {View[]} */
const views = [
  ...outlined,
  mountDetails(need('details'), store),
  mountTheme(need('theme'), store),
  mountTransport(need('transport'), store),
  mountShare(need('share'), store, charts),
  mountQuantity(need('quantity'), store),
  mountScale(need('scale'), store),
  mountScrubber(need('scrubber'), store),
  ...Object.values(charts),
  mountTwin(need('twin'), store),
];

/** So long must rest what is dragged before the address follows, in milliseconds. */
const REST = 250;
const root = document.documentElement;
const served = { query: '', settings };
let address = location.search;
let spoken = { at: 0, of: '' };
/** @type {ReturnType<typeof setTimeout>|undefined} */
let resting;

/** The networks that came with the page, while those of the address are still asked for. @type {unknown} */
let unwanted = null;

/** @param {State} state */
function tell(state) {
  if (state.variants === unwanted) return;
  for (const view of views) view.update(state);
  if (root.dataset.state !== state.phase) root.dataset.state = state.phase;
  if (root.dataset.step !== String(state.step)) root.dataset.step = String(state.step);
  need('main').setAttribute('aria-busy', String(state.phase === 'loading'));
  tellProblems(state);
  tellSentence(state);
  tellAddress(state);
}

/** The address follows the state; what is dragged, when it rests. @param {State} state */
function tellAddress(state) {
  const next = encodeState(state, served);
  if (next === address || state.variants.length === 0 || first.recording) return;
  clearTimeout(resting);
  if (still(next) === still(address)) resting = setTimeout(writeAddress, REST);
  else writeAddress();
}

function writeAddress() {
  address = encodeState(store.state, served);
  history.replaceState(null, '', `${location.pathname}${address}${location.hash}`);
}

/** An address without what can be dragged. @param {string} query */
function still(query) {
  return query.replaceAll(/[?&](step|brush)=[^&]*/g, '');
}

/** Does a field on screen show this problem itself? @param {string} name */
function shownBeside(name) {
  return [...document.querySelectorAll('[data-problem]')].some((element) => element instanceof HTMLElement && element.dataset.problem === name && element.offsetParent !== null);
}

/** A refusal that no field shows, at the top of the page; a field's own is beside it. @param {State} state */
function tellProblems(state) {
  const box = need('problem');
  const [place, problem] = Object.entries(state.problems).find(([name]) => !shownBeside(name)) ?? [];
  const text = problem ? problemWords(problem, state.fields) : '';
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
  const of = subjectOf(state);
  if (state.phase === 'running' && state.shown === 'live' && of === spoken.of && now - spoken.at < 4000) return;
  const sentence = sentenceOf(state);
  if (sentence === null || need('sentence').textContent === sentence) return;
  spoken = { at: now, of };
  need('sentence').textContent = sentence;
}

store.subscribe(tell);

store.dispatch({ type: 'hide', hide: linked.hide });
for (const element of document.querySelectorAll('[data-control], [data-chart]')) {
  if (element instanceof HTMLElement && linked.hide.includes(element.dataset.control ?? element.dataset.chart ?? '')) element.hidden = true;
}
store.dispatch({ type: 'motion', reduced: matchMedia('(prefers-reduced-motion: reduce)').matches });
store.dispatch({ type: 'scale', changes: linked.scale });
store.dispatch({ type: 'speed', speed: linked.speed });
if (linked.theory) store.dispatch({ type: 'theory', on: true });
if (linked.quantity) store.dispatch({ type: 'quantity', quantity: linked.quantity });
if (linked.view) store.dispatch({ type: 'view', view: linked.view });
store.dispatch({
  type: 'first', summaries: first.summaries, descriptions: first.descriptions, probe: first.probe.variants, settings,
  presets: first.presets ?? [], datasets: first.datasets ?? [], fields: first.fields ?? [],
});
served.query = store.state.variants.map(({ description, skips, usualSkips }) => `net=${encodeNet(description, skips, usualSkips)}`).join('&');

/** What is only an outline cannot be acted on. @param {boolean} held */
function hold(held) {
  for (const part of document.querySelectorAll('.diagram-panel, #presets, #controls')) part.toggleAttribute('inert', held);
}

/** Draw the networks of an address without a number, and say what is waited for. @param {State['variants']} variants */
function outline(variants) {
  const state = reduce(store.state, { type: 'variants', variants, settings: linked.settings });
  for (const view of outlined) view.update({ ...state, brush: linked.brush });
  hold(true);
  need('sentence').textContent = `Measuring ${variants.map(({ label }) => label).join(' and ')} at initialisation: until then the structure is drawn, without numbers.`;
}

/** What an address says of networks and runs is on the page when the server has answered; then what it says of them is shown. @param {Promise<void>} asked */
async function arrive(asked) {
  unwanted = store.state.variants;
  try {
    await asked;
  } finally {
    unwanted = null;
    hold(false);
    tell(store.state);
  }
}

/** A run that is gone leaves the networks that its link states. @param {string} run */
async function reopen(run) {
  await store.commands.replay(run);
  if (store.state.run.id === null && linked.nets.length > 0) await store.commands.describe(linked.nets, linked.settings);
}

async function start() {
  const { nets, settings: stated, run, brush, step, select } = linked;
  if (run) await arrive(reopen(run));
  else if (nets.length > 0 || Object.keys(stated).length > 0) await arrive(store.commands.describe(nets.length > 0 ? nets : first.descriptions, stated, outline));
  if (brush) store.dispatch({ type: 'brush', brush });
  if (step !== null) store.dispatch({ type: 'show', step });
  const [variant, block = null] = select?.split(':') ?? [];
  if (block) store.dispatch({ type: 'select', focus: { variant: Number(variant) || 0, block, tap: block, layer: null } });
}
void start();
