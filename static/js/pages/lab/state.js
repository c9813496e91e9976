/**
 * @file The state of the Lab: its request, the experiment on screen, and the one pure function that changes it.
 */

/** @typedef {import('../../view/state/state.js').State} Explored */
/** @typedef {import('../../wire').LabKind} Kind */
/** @typedef {import('../../wire').ExperimentView} Experiment */
/** @typedef {import('../../wire').ExperimentRow} Row */
/** @typedef {Record<string, unknown>} Values by the names of a request's fields, without its networks */
/** @typedef {{seconds: number, at: string}|null} Estimate seconds that a request takes; `at`: of which request */

/**
 * @typedef {object} Own
 * @property {Kind[]} kinds
 * @property {Kind} kind that is asked for
 * @property {Values} settings
 * @property {string|null} run whose networks are measured as they are, in place of a training
 * @property {Explored['fields']} networkFields fields of networks, where the kind's request has any
 * @property {Estimate} estimate
 * @property {boolean} starting whether the server was asked to start it and has not answered
 * @property {Experiment|null} experiment on screen
 * @property {string|null} asked the request of the experiment on screen, where it was asked for by this form
 * @property {number} began when its first progress came, on this machine's clock, in milliseconds
 * @property {'online'|'retrying'|'offline'} connection
 * @property {Row[]} rows experiments of this server, the newest first
 * @property {number} total of them
 */
/**
 * @typedef {Own & Pick<Explored, 'variants'|'presets'|'datasets'|'fields'|'hide'|'problems'|'theme'>} State those of
 *   Explore's parts too that its controls read
 */
/**
 * @typedef {{type: 'kind', kind: Kind, settings: Values}
 *   | {type: 'run', run: string|null}
 *   | {type: 'variants', variants: State['variants']}
 *   | {type: 'settings', changes: Values}
 *   | {type: 'estimate', estimate: Estimate}
 *   | {type: 'starting', on: boolean}
 *   | {type: 'experiment', experiment: Experiment|null, asked: string|null}
 *   | {type: 'heard', id: string, event: Heard, now: number}
 *   | {type: 'rows', rows: Row[], total: number}
 *   | {type: 'connection', connection: State['connection']}
 *   | {type: 'theme', theme: State['theme']}
 *   | {type: 'problem', place: string, problem: Explored['problems'][string]|null}} Event
 */
/** @typedef {import('../../sources/experiments.js').Heard} Heard */
/** @typedef {import('../../view/state/store.js').StoreOf<State, Event, import('./commands.js').Commands>} Store */
/** @typedef {import('../../view/state/store.js').ViewOf<State>} View */

const ALIVE = ['queued', 'running', 'paused'];

/** @param {Pick<Experiment, 'state'>|null} experiment */
export function isAlive(experiment) {
  return experiment !== null && ALIVE.includes(experiment.state);
}

/**
 * @param {import('../../wire').LabFirst} first
 * @param {Kind} kind
 * @param {Values} settings
 * @returns {State}
 */
export function initialState({ kinds, presets, datasets, fields, experiments }, kind, settings) {
  return {
    kinds,
    kind,
    settings,
    run: null,
    networkFields: fields,
    estimate: null,
    starting: false,
    experiment: null,
    asked: null,
    began: 0,
    connection: 'online',
    rows: experiments.experiments,
    total: experiments.total,
    variants: [],
    presets,
    datasets,
    fields: fieldsOf(kind, fields, null),
    hide: [],
    problems: {},
    theme: 'light',
  };
}

/**
 * The fields of the networks, where the request has any, and its own; of those of a run its own alone.
 *
 * @param {Kind} kind @param {State['fields']} all @param {string|null} run
 */
function fieldsOf(kind, all, run) {
  if (run !== null) return ownFields(kind);
  const ofNetworks = all.filter(({ of }) => of === 'architecture');
  return [...(kind.networks > 0 ? ofNetworks : []), ...kind.fields];
}

/** The fields that no training has. @param {Kind} kind */
export function ownFields({ fields }) {
  return fields.filter(({ group }) => group === 'This experiment');
}

/** @param {State} state @param {Event} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case 'kind':
      return {
        ...state,
        kind: event.kind,
        settings: event.settings,
        fields: fieldsOf(event.kind, state.networkFields, null),
        run: null,
        estimate: null,
        problems: {},
      };
    case 'run':
      return { ...state, run: event.run, fields: fieldsOf(state.kind, state.networkFields, event.run) };
    case 'variants':
      return { ...state, variants: event.variants };
    case 'settings':
      return { ...state, settings: { ...state.settings, ...event.changes } };
    case 'estimate':
      return { ...state, estimate: event.estimate };
    case 'starting':
      return { ...state, starting: event.on };
    case 'experiment':
      return { ...state, experiment: event.experiment, asked: event.asked, began: 0 };
    case 'heard':
      return state.experiment?.id === event.id ? heard(state, state.experiment, event) : state;
    case 'rows':
      return { ...state, rows: event.rows, total: event.total };
    case 'connection':
      return state.connection === event.connection ? state : { ...state, connection: event.connection };
    case 'theme':
      return { ...state, theme: event.theme };
    case 'problem': {
      const { [event.place]: before, ...others } = state.problems;
      if (event.problem === null) return before === undefined ? state : { ...state, problems: others };
      return { ...state, problems: { ...state.problems, [event.place]: event.problem } };
    }
    default:
      throw new Error(`unknown event: ${JSON.stringify(event)}`);
  }
}

/**
 * @param {State} state @param {Experiment} experiment @param {Extract<Event, {type: 'heard'}>} told
 * @returns {State}
 */
function heard(state, experiment, { event, now }) {
  const { id, type, data } = event;
  if (id <= experiment.last_event) return state;
  const next = { ...experiment, last_event: id };
  if (type === 'progress') return { ...state, began: state.began || now, experiment: { ...next, progress: data } };
  if (type === 'status') {
    const { state: said, reason, queue_position: place } = data;
    return { ...state, experiment: { ...next, state: said, reason, queue_position: place } };
  }
  if (type === 'partial' || type === 'result')
    return { ...state, experiment: { ...next, result: data.result, figure: data.figure } };
  return { ...state, experiment: next };
}
