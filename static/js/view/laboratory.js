/**
 * @file A laboratory on any element, several on one page: its state, its commands and the views of the parts that the
 *   element has places for.
 */
import { followAddress } from './address.js';
import { isOwn } from './dom.js';
import { mountEstimating } from './estimating.js';
import { mountParts } from './parts.js';
import { skeleton } from './skeleton.js';
import { createCommands } from './state/commands.js';
import { refusedOf } from './state/linked.js';
import { missingOf } from './state/missing.js';
import { MEASURED } from './state/showing.js';
import { initialState, reduce } from './state/state.js';
import { createStore } from './state/store.js';
import { decodeState } from './state/url.js';
import { apart } from './state/variants.js';
import { followTheme } from './theme.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').Store} Store */
/** @typedef {import('./state/url.js').Linked} Linked */
/** @typedef {import('../wire').FirstView} FirstView */
/**
 * @typedef {Omit<FirstView, 'settings'|'probe'|'presets'|'datasets'|'fields'> & {settings?: Partial<State['settings']>}
 *   & Partial<Pick<FirstView, 'probe'|'presets'|'datasets'|'fields'>>} First what is shown at once: networks with a
 *   measured profile, if one was measured, and what can be chosen
 */

/**
 * @typedef {object} Options
 * @property {First} first
 * @property {string} [address] what to show, as the query of an Explore page
 * @property {string|null} [run] the run to show, whatever the address says
 * @property {string[]} [hide] names of controls that are not shown
 * @property {string[]|null} [parts] those to make places for, where the element has none; all where null
 * @property {boolean} [explains] whether the document has explanations of a laboratory's parts
 * @property {typeof followTheme} [theme] tells light or dark, now and whenever it changes; the document's by default
 * @property {(address: string, isStep: boolean) => void} [onAddress] told when the state has another address, and
 *   whether it is a step to other networks, settings or runs
 */

/** @typedef {{store: Store, update: (options: {address: string}) => Promise<void>, destroy: () => void}} Laboratory */

/** The label of a step to another address, for undo. */
const VISIT = 'go to another address';
const GONE = 'the networks below are those that the page begins with';
const LIST = new Intl.ListFormat('en');

/**
 * Mount a laboratory.
 *
 * @param {HTMLElement} root where `data-part` names places, those are used
 * @param {import('../sources/source.js').Source} source
 * @param {Options} options
 * @returns {Laboratory}
 */
export function mount(root, source, options) {
  const { first, address = '', run = null, hide = [], parts = null, explains = false, onAddress } = options;
  const { theme: follow = followTheme } = options;
  root.dataset.laboratory = '';
  const main = root.querySelector('main') ?? root;
  const made =
    root.querySelector('[data-part]') === null ? skeleton(parts, root === document.documentElement, explains) : null;
  if (made) main.append(made);
  const store = /** @type {Store} */ (createStore(initialState(), reduce));
  const commands = createCommands(store, source);
  store.commands = commands;
  store.explains = explains;
  const settings = { ...initialState().settings, ...first.settings };
  const { views, outlined, say, hold } = mountParts(root, store);
  /** The networks that came at first, while those of the address are still asked for. @type {unknown} */
  let unwanted = null;

  /** @param {State} state */
  const tell = (state) => {
    if (state.variants === unwanted) return;
    for (const view of views) view.update(state);
    if (root.dataset.state !== state.phase) root.dataset.state = state.phase;
    if (root.dataset.step !== String(state.step)) root.dataset.step = String(state.step);
    main.setAttribute('aria-busy', String(state.phase === 'loading'));
  };

  /** The rest of an address, without networks, run and step. @param {Linked} linked */
  const apply = (linked) => {
    const hidden = [...linked.hide, ...hide];
    store.dispatch({ type: 'hide', hide: hidden });
    for (const element of root.querySelectorAll('[data-control], [data-chart]')) {
      if (
        isOwn(root, element) &&
        element instanceof HTMLElement &&
        hidden.includes(element.dataset.control ?? element.dataset.chart ?? '')
      )
        element.hidden = true;
    }
    store.dispatch({ type: 'scale', changes: linked.scale });
    store.dispatch({ type: 'speed', speed: linked.speed });
    store.dispatch({ type: 'theory', on: linked.theory });
    store.dispatch({ type: 'quantity', quantity: linked.quantity ?? 'gradient_path' });
    store.dispatch({ type: 'branch', measure: linked.branch ?? 'branch_ratio' });
    store.dispatch({ type: 'heat', measure: linked.heat ?? 'gradient_rms' });
    store.dispatch({ type: 'view', view: linked.view ?? 'paper' });
  };

  /**
   * Draw the networks of an address without a number, and say what is waited for.
   *
   * @param {State['variants']} variants
   * @param {Linked} linked
   */
  const outline = (variants, linked) => {
    const state = reduce(store.state, { type: 'variants', variants, settings: linked.settings });
    for (const view of outlined) view.update({ ...state, brush: linked.brush });
    const measuring = `Measuring ${LIST.format(apart(variants))} at initialisation`;
    hold(`${measuring} …`);
    say(`${measuring}: until then the structure is drawn, without numbers.`);
  };

  /**
   * The networks and runs of an address are on the page after the source's answer; then the rest of the address is
   * shown.
   *
   * @param {Promise<void>} asked
   */
  const arrive = async (asked) => {
    unwanted = store.state.variants;
    try {
      await asked;
    } finally {
      unwanted = null;
      hold(null);
      tell(store.state);
    }
  };

  /**
   * Say what of an address is left out.
   *
   * @param {string} from
   * @param {State['variants']} [variants] its networks, where they are known
   */
  const tellRefused = (from, variants) => {
    if (source.only) return;
    const names = store.state.fields.map(({ name }) => name);
    const missing = variants ? missingOf(from, variants, store.state.run.id !== null) : [];
    const refused = [...refusedOf(from, settings, names), ...missing].join(' ');
    const problem = refused ? { title: 'Left out of the link', detail: refused } : null;
    store.dispatch({ type: 'problem', place: 'link', problem });
  };

  /**
   * A run that is gone leaves the networks that its link states. The page says that those of one that states none are
   * no part of it.
   *
   * @param {string} id @param {Linked} linked @param {boolean} anew
   */
  const reopen = async (id, linked, anew) => {
    if (id === store.state.run.id) return;
    await commands.replay(id, anew ? VISIT : undefined);
    if (store.state.run.id !== null) return;
    if (linked.nets.length > 0) return commands.describe(linked.nets, linked.settings);
    for (const [place, problem] of Object.entries(store.state.problems)) {
      if (problem.status !== 404) continue;
      const remedy = [problem.remedy, GONE].filter(Boolean).join('; ');
      store.dispatch({ type: 'problem', place, problem: { ...problem, remedy } });
    }
  };

  /** Are the networks of an address those that came first, as they were measured? @param {Linked} linked */
  const isMeasured = ({ nets, settings: stated }) =>
    (nets.length === 0 || JSON.stringify(nets) === JSON.stringify(first.descriptions)) &&
    Boolean(first.probe) &&
    !MEASURED.some((name) => name in stated);

  /**
   * @param {string} from the address
   * @param {Linked} linked what it says
   * @param {boolean} anew whether the first networks are not on the page any more
   */
  const show = async (from, linked, anew) => {
    const { nets, settings: stated, letters, brush, step, select } = linked;
    tellRefused(from);
    const before = store.state.variants;
    const wanted = run ?? linked.run;
    if (wanted) await arrive(reopen(wanted, linked, anew));
    else if (!anew && isMeasured(linked)) store.dispatch({ type: 'settings', changes: stated });
    else {
      await arrive(
        commands.describe(
          nets.length > 0 ? nets : first.descriptions,
          anew ? { ...settings, ...stated } : stated,
          (variants) => outline(variants, linked),
          anew ? VISIT : undefined,
        ),
      );
    }
    const { variants } = store.state;
    if (variants !== before || nets.length === 0) tellRefused(from, variants);
    if (letters) store.dispatch({ type: 'letters', letters });
    if (brush) store.dispatch({ type: 'brush', brush });
    if (step !== null) store.dispatch({ type: 'show', step });
    const [variant, block = null] = select?.split(':') ?? [];
    if (block)
      store.dispatch({ type: 'select', focus: { variant: Number(variant) || 0, block, tap: block, layer: null } });
  };

  store.subscribe(tell);
  const leaveTheme = follow((theme) => store.dispatch({ type: 'theme', theme }));
  store.dispatch({ type: 'motion', reduced: matchMedia('(prefers-reduced-motion: reduce)').matches });
  const begun = decodeState(address, settings);
  apply(begun);
  store.dispatch({
    type: 'first',
    summaries: first.summaries,
    descriptions: first.descriptions,
    probe: first.probe?.variants ?? null,
    comparison: first.probe?.comparison ?? null,
    batch: first.probe?.batch ?? null,
    headline: first.probe?.headline ?? null,
    settings,
    presets: first.presets ?? [],
    datasets: first.datasets ?? [],
    fields: first.fields ?? [],
  });
  const follower = onAddress && !source.only ? followAddress(address, store.state, onAddress) : null;
  if (follower) views.push(follower);
  if (!source.only) views.push(mountEstimating(store, source));
  const shown = show(address, begun, false);
  void (follower ? follower.during(shown, address) : shown);

  return {
    store,
    update({ address: next }) {
      const linked = decodeState(next, settings);
      apply(linked);
      const shown = show(next, linked, true);
      return follower ? follower.during(shown, next) : shown;
    },
    destroy() {
      store.close();
      commands.leave();
      leaveTheme();
      for (const view of views) view.destroy();
      made?.remove();
      delete root.dataset.state;
      delete root.dataset.step;
      delete root.dataset.laboratory;
      main.removeAttribute('aria-busy');
    },
  };
}
