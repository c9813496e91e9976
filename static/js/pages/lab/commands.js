/** @file The Lab's requests to the server: networks described, the request estimated, an experiment begun and ended. */
import { ignoreGone, placeOf, Refusal, requestOf } from '../../sources/source.js';
import { createChoosing } from '../../view/state/choosing.js';
import { pick, shapeOf, shortened, statedOf, wireArchitecture } from '../../view/state/describe.js';
import { rowOf } from '../../view/state/starting.js';
import { createTurns } from '../../view/state/turns.js';
import { apart, assemble, named } from '../../view/state/variants.js';
import { exampleOf, isExample } from './address.js';
import { defaultsOf, wishOf } from './request.js';
import { startable } from './startable.js';
import { fieldsLeft, isAlive, ownFields } from './state.js';

/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').Kind} Kind */
/** @typedef {import('./state.js').Values} Values */
/** @typedef {import('./state.js').Row} Row */
/** @typedef {import('../../view/state/state.js').Stated} Stated */
/** @typedef {Pick<import('../../view/state/state.js').Commands, 'change'|'compare'|'add'|'remove'>} Choosing */

/**
 * @typedef {object} Own each answers when the server has, and puts a refusal into `state.problems`
 * @property {(changes: Values) => Promise<void>} set fields of the request
 * @property {(kind: Kind) => Promise<void>} choose another experiment, of the same networks if they were chosen
 * @property {(nets: Stated[], settings: Values) => Promise<void>} describe what is asked for
 * @property {() => Promise<void>} estimate
 * @property {() => Promise<void>} begin
 * @property {() => Promise<void>} stop
 * @property {(id: string) => Promise<void>} open an experiment, with its request
 * @property {(id: string) => Promise<void>} take networks and settings of a run, as they are if the kind can
 * @property {(id: string) => Promise<void>} takeWeights take networks of weights, as they are
 * @property {import('../../view/controls/startable.js').Starting|null} fromRuns runs of one's own, and sent weights, to
 *   measure; null where there is no server
 * @property {() => Promise<void>} release train the networks of the run anew
 * @property {(row: Row) => Promise<void>} forget an experiment that has ended
 * @property {() => void} leave follow nothing any more
 */
/** @typedef {Choosing & Own} Commands */

/** So many experiments are listed. */
const LISTED = 20;

/**
 * Make the commands of a store.
 *
 * @param {Store} store
 * @param {import('../../sources/source.js').Source} source
 * @param {import('../../sources/experiments.js').Experiments} experiments
 * @returns {Commands}
 */
export function createCommands(store, source, experiments) {
  const turns = createTurns(store);
  const weights = /** @type {import('../../sources/weights.js').Weights} */ (source.weights);
  const { inTurn, replace, clear, clearFields } = turns;
  let [leave, sequence] = [() => {}, 0];

  /** @param {Stated[]} descriptions @param {Values} settings */
  const summarize = async (descriptions, settings) => {
    const { datasets, presets } = store.state;
    const told = /** @type {import('../../view/state/state.js').Settings} */ (settings);
    const shaped = shapeOf({ datasets, presets, settings: told }, descriptions);
    return Promise.all(
      descriptions.map(({ cut: _cut, only: _only, strength: _strength, ...stated }) =>
        source.summarize({ ...stated, ...shaped }),
      ),
    );
  };

  /** @param {Stated[]} descriptions @param {{settings?: Values}} [more] */
  const show = async (descriptions, { settings = {} } = {}) => {
    const summaries = await summarize(descriptions, { ...store.state.settings, ...settings });
    const variants = assemble([], summaries, descriptions);
    store.dispatch({ type: 'variants', variants: named(variants, apart(variants)) });
  };

  const list = async () => {
    const { total, experiments: rows } = await experiments.list(LISTED);
    store.dispatch({ type: 'rows', rows, total });
  };

  /** @param {string} id */
  const follow = (id) => {
    leave();
    leave = experiments.watch(id, {
      lastEventId: store.state.experiment?.last_event ?? null,
      onEvent: (event) => {
        store.dispatch({ type: 'heard', id, event, now: performance.now() });
        if (event.type === 'status' && event.data.final) void inTurn('experiment', () => ended(id));
      },
      onConnection: (connection) => store.dispatch({ type: 'connection', connection }),
      onRefusal: (problem) => store.dispatch({ type: 'problem', place: 'experiment', problem }),
    });
  };

  /** Its time and its result are known now. @param {string} id */
  const ended = async (id) => {
    const { experiment, asked } = store.state;
    if (experiment?.id === id) store.dispatch({ type: 'experiment', experiment: await experiments.read(id), asked });
    await list();
  };

  /** @param {string} id @param {string|null} asked @param {number} [begun] when this page began it */
  const put = async (id, asked, begun = undefined) => {
    const experiment = await experiments.read(id);
    store.dispatch({ type: 'experiment', experiment, asked, begun });
    if (isAlive(experiment)) follow(id);
    else leave();
  };

  /** @param {string} id of a run */
  const take = async (id) => {
    const request = requestOf(await source.run(id), 'the Lab');
    const { variants, ...rest } = request;
    const { kind } = store.state;
    if (kind.on_run) {
      const own = ownFields(kind).map(({ name }) => name);
      const { settings } = store.state;
      store.dispatch({ type: 'settings', changes: { ...defaultsOf(kind), ...rest, ...pick(settings, own) } });
      await show(variants);
      store.dispatch({ type: 'run', run: id });
      return;
    }
    const own = Object.entries(rest).filter(([field]) => field in defaultsOf(kind));
    store.dispatch({ type: 'settings', changes: { ...defaultsOf(kind), ...Object.fromEntries(own) } });
    const summaries = await summarize(variants, store.state.settings);
    await show(summaries.map((summary, v) => shortened(summary, variants[v])).slice(0, kind.networks));
  };

  /** @param {string} id */
  const takeWeights = async (id) => {
    const { variants } = await weights.read(id);
    const { kind, settings } = store.state;
    const left = fieldsLeft(kind, 'weights').map(({ name }) => name);
    store.dispatch({ type: 'settings', changes: { ...defaultsOf(kind), ...pick(settings, left) } });
    await show(variants);
    store.dispatch({ type: 'run', run: id, of: 'weights' });
  };

  const asIs = () => JSON.stringify(wishOf(store.state));
  const { describe: _describe, copy: _copy, ...choosing } = createChoosing(store, show, turns);

  return {
    ...choosing,
    set: (changes) =>
      replace('settings', async () => {
        clear(Object.keys(changes));
        const shapes = 'dataset' in changes || 'image_size' in changes;
        if (shapes) await show(store.state.variants.map(statedOf), { settings: changes });
        store.dispatch({ type: 'settings', changes });
      }),
    choose: (kind) =>
      replace('architecture', async () => {
        const { state } = store;
        const example = exampleOf(kind);
        const fresh = isExample(state);
        const kept = Object.entries(state.settings).filter(([name]) => name in defaultsOf(kind));
        leave();
        store.dispatch({ type: 'experiment', experiment: null, asked: null });
        store.dispatch({
          type: 'kind',
          kind,
          settings: fresh ? example.settings : { ...defaultsOf(kind), ...Object.fromEntries(kept) },
        });
        const nets = fresh || state.variants.length === 0 ? example.nets : state.variants.map(statedOf);
        await show(nets.slice(0, kind.networks));
        if (kind.on_run && state.run !== null) store.dispatch({ type: 'run', run: state.run, of: state.of });
      }),
    describe: (nets, settings) =>
      replace('architecture', async () => {
        store.dispatch({ type: 'run', run: null });
        store.dispatch({ type: 'settings', changes: settings });
        await show(nets);
      }),
    async estimate() {
      sequence += 1;
      const [number, at] = [sequence, asIs()];
      try {
        const { seconds } = await experiments.estimate(wishOf({ ...store.state, picture: null }));
        if (number !== sequence) return;
        clearFields();
        clear(['experiment']);
        store.dispatch({ type: 'estimate', estimate: { seconds, at } });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (number !== sequence) return;
        clearFields();
        store.dispatch({ type: 'estimate', estimate: null });
        store.dispatch({ type: 'problem', place: placeOf(error, 'experiment'), problem: error.problem });
      }
    },
    begin: () =>
      inTurn('experiment', async () => {
        const wish = wishOf(store.state);
        store.dispatch({ type: 'starting', on: true });
        try {
          clearFields();
          const { picture } = store.state;
          const sent = 'picture' in wish && picture ? { ...wish, picture: picture.data } : wish;
          const { id } = await experiments.begin(sent);
          await put(id, JSON.stringify(wish), performance.now());
        } finally {
          store.dispatch({ type: 'starting', on: false });
        }
        await list();
      }),
    stop: () =>
      inTurn('experiment', async () => {
        const { experiment } = store.state;
        if (experiment && isAlive(experiment)) await experiments.stop(experiment.id).catch(ignoreGone);
      }),
    open: (id) =>
      replace('experiment', async () => {
        const { kind: name, request } = await experiments.read(id);
        const kind = store.state.kinds.find((one) => one.kind === name);
        if (kind) {
          const { variants = [], ...rest } = /** @type {Values & {variants?: Stated[]}} */ (request);
          const own = Object.entries(rest).filter(([field]) => field in defaultsOf(kind));
          const settings = { ...defaultsOf(kind), ...Object.fromEntries(own) };
          store.dispatch({ type: 'kind', kind, settings });
          const summaries = await summarize(variants, settings);
          await show(summaries.map((summary, v) => shortened(summary, variants[v])));
          const of = typeof rest.run === 'string' ? 'run' : 'weights';
          const id_ = rest[of];
          if (typeof id_ === 'string') store.dispatch({ type: 'run', run: id_, of });
        }
        await put(id, kind ? asIs() : null);
      }),
    take: (id) => replace('run', () => take(id)),
    takeWeights: (id) => replace('run', () => takeWeights(id)),
    fromRuns: source.weights && {
      startable: () => startable(source, weights),
      startFrom: (row) => replace('run', () => (row.source === 'run' ? take(row.id) : takeWeights(row.id))),
      upload: async (file) => rowOf(await weights.send(file, wireArchitecture(store.state.variants[0]))),
    },
    release: () =>
      replace('run', async () => {
        store.dispatch({ type: 'run', run: null });
      }),
    forget: (row) =>
      inTurn('experiment', async () => {
        await experiments.remove(row.id);
        if (store.state.experiment?.id === row.id)
          store.dispatch({ type: 'experiment', experiment: null, asked: null });
        await list();
      }),
    leave: () => leave(),
  };
}
