/** @file The Lab on an element: one experiment of the literature at a time, asked for, run, drawn, and taken along. */
import { mountFields } from '../../view/controls/fields.js';
import { mountPresets } from '../../view/controls/presets.js';
import { h } from '../../view/dom.js';
import { whenChanged } from '../../view/state/select.js';
import { createStore } from '../../view/state/store.js';
import { problemWords } from '../../view/state/words.js';
import { followTheme } from '../../view/theme.js';
import { decodeAddress, encodeAddress } from './address.js';
import { createCommands } from './commands.js';
import { mountEarlier } from './earlier.js';
import { mountFigure } from './figure.js';
import { mountHead } from './head.js';
import { mountOfRun } from './ofrun.js';
import { mountPicture } from './picture.js';
import { plotlyFrom } from './plot.js';
import { mountPredict } from './predict.js';
import { mountResult } from './result.js';
import { mountStart } from './start.js';
import { initialState, isAlive, reduce } from './state.js';
import { mountTables } from './tables.js';
import { mountExport, mountProgram } from './take.js';
import { mountToRoom } from './toroom.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('../../wire').LabFirst} First */

/** While an experiment runs, the time that is left is said anew so often, in milliseconds. */
const EVERY = 1000;

/**
 * Mount the Lab.
 *
 * @param {HTMLElement} root whose `data-part`s name the places of the parts
 * @param {{source: import('../../sources/source.js').Source, experiments:
 *   import('../../sources/experiments.js').Experiments}} sources
 * @param {{first: First, address: string, onAddress: (address: string, isStep: boolean) => void}} options `onAddress`:
 *   told whether another experiment is on the page, and not only another request of it
 */
export function mountLab(root, { source, experiments }, { first, address, onAddress }) {
  const find = (/** @type {string} */ name) => {
    const place = root.querySelector(`[data-part="${name}"]`);
    if (place instanceof HTMLElement) return place;
    throw new Error(`the Lab needs a place for ${name}`);
  };
  const asked = decodeAddress(address, first.kinds);
  const store = /** @type {Store} */ (createStore(initialState(first, asked.kind, asked.settings), reduce));
  store.commands = createCommands(store, source, experiments);
  const { plotlyBasic = '', plotlyWhole = '', plotlySpace = '' } = find('figure').dataset;
  const plotly = plotlyFrom({ basic: plotlyBasic, whole: plotlyWhole, space: plotlySpace });
  const problem = find('problem');
  const networks = find('presets');

  const say = whenChanged(
    (/** @type {State} */ { problems, connection }) => [problems, connection],
    (/** @type {State} */ { problems, fields, connection }) => {
      const beside = (/** @type {string} */ name) =>
        [...root.querySelectorAll('[data-problem]')].some(
          (one) => one instanceof HTMLElement && one.dataset.problem === name && one.checkVisibility(),
        );
      const said = Object.entries(problems).filter(([place]) => !beside(place));
      const lost = connection === 'online' ? '' : 'Connection lost; trying again. The experiment goes on meanwhile.';
      problem.hidden = said.length === 0 && lost === '';
      problem.replaceChildren(
        ...said.map(([, one]) => h('span', {}, h('strong', {}, `${one.title}. `), problemWords(one, fields), ' ')),
        lost,
      );
    },
  );
  let written = address;
  let held = 1;
  const follow = (/** @type {State} */ state) => {
    if (held > 0 || (state.kind.networks > 0 && state.variants.length === 0)) return;
    const next = encodeAddress(state);
    if (next === written) return;
    const subject = (/** @type {string} */ text) => {
      const query = new URLSearchParams(text);
      return `${query.get('kind') ?? ''} ${query.get('experiment') ?? ''}`;
    };
    onAddress(next, subject(next) !== subject(written));
    written = next;
  };
  const views = [
    mountHead(find('kinds'), find('head'), store),
    mountPresets(networks, store),
    mountFields(find('controls'), store),
    mountOfRun(find('run'), networks, store),
    mountPicture(find('picture'), find('form'), store),
    mountStart(find('start'), store),
    mountToRoom(find('room')),
    mountPredict(find('predict'), root),
    mountResult(find('result')),
    mountFigure(find('figure'), plotly),
    mountTables(find('tables')),
    mountExport(find('export'), store, plotly),
    mountProgram(find('program')),
    mountEarlier(find('earlier'), store, root),
  ];
  const tell = (/** @type {State} */ state) => {
    for (const view of views) view.update(state);
    say(state);
    follow(state);
    root.dataset.state = isAlive(state.experiment) ? 'running' : held > 0 ? 'loading' : 'ready';
  };

  /** Bring an address about. @param {ReturnType<typeof decodeAddress>} wanted */
  const show = async ({ kind, nets, settings, experiment, run, of, left }) => {
    held += 1;
    try {
      if (kind !== store.state.kind) store.dispatch({ type: 'kind', kind, settings });
      if (experiment) await store.commands.open(experiment);
      else if (store.state.experiment) store.dispatch({ type: 'experiment', experiment: null, asked: null });
      const isOpen = experiment !== null && store.state.experiment?.id === experiment;
      if (!isOpen && run) {
        store.dispatch({ type: 'settings', changes: settings });
        await (of === 'run' ? store.commands.take(run) : store.commands.takeWeights(run));
      }
      if (!isOpen && store.state.variants.length === 0 && kind.networks > 0)
        await store.commands.describe(nets, settings);
      else if (!isOpen && !run) await store.commands.describe(nets, settings);
      if (left.length > 0)
        store.dispatch({
          type: 'problem',
          place: 'link',
          problem: { title: 'Left out of the link', detail: left.join(' ') },
        });
    } finally {
      held -= 1;
      tell(store.state);
    }
  };

  store.subscribe(tell);
  const leaveTheme = followTheme((theme) => store.dispatch({ type: 'theme', theme }));
  tell(store.state);
  const timer = setInterval(() => {
    if (isAlive(store.state.experiment)) tell(store.state);
  }, EVERY);
  const begun = show(asked).finally(() => {
    held -= 1;
    tell(store.state);
  });
  void begun;

  return {
    store,
    update(/** @type {string} */ next) {
      written = next;
      return show(decodeAddress(next, first.kinds));
    },
    destroy() {
      clearInterval(timer);
      store.commands.leave();
      store.close();
      leaveTheme();
      for (const view of views) view.destroy();
      delete root.dataset.state;
    },
  };
}
