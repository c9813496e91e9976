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
 * @property {string|null} run whose networks are measured as they are, in place of a training; or weights
 * @property {'run'|'weights'} of whether that is the id of a run or of weights
 * @property {{name: string, data: string, url: string}|null} picture the reader's own, in base64, and where the page
 *   shows it from
 * @property {Explored['fields']} networkFields fields of networks, where the kind's request has any
 * @property {Estimate} estimate
 * @property {boolean} starting whether the server was asked to start it and has not answered
 * @property {Experiment|null} experiment on screen
 * @property {string|null} asked the request of the experiment on screen, where it was asked for by this form
 * @property {number} began when its first progress came, on this machine's clock, in milliseconds
 * @property {{from: number, took: number|null}} ran when it began to work and how long it worked, on the same clock; 0
 *   and null where that was not followed
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
 *   | {type: 'run', run: string|null, of?: State['of']}
 *   | {type: 'picture', picture: State['picture']}
 *   | {type: 'variants', variants: State['variants']}
 *   | {type: 'settings', changes: Values}
 *   | {type: 'estimate', estimate: Estimate}
 *   | {type: 'starting', on: boolean}
 *   | {type: 'experiment', experiment: Experiment|null, asked: string|null, begun?: number}
 *   | {type: 'heard', id: string, event: Heard, now: number}
 *   | {type: 'rows', rows: Row[], total: number}
 *   | {type: 'connection', connection: State['connection']}
 *   | {type: 'theme', theme: State['theme']}
 *   | {type: 'problem', place: string, problem: Explored['problems'][string]|null}} Event
 */
/** @typedef {import('../../sources/experiments.js').Heard} Heard */
/** @typedef {import('../../view/state/store.js').StoreOf<State, Event, import('./commands.js').Commands>} Store */
/** @typedef {import('../../view/state/store.js').ViewOf<State>} View */

/** @type {Own['ran']} */
const NOT_FOLLOWED = { from: 0, took: null };
const ALIVE = ['queued', 'running', 'paused'];

/** @param {Pick<Experiment, 'state'>|null} experiment */
export function isAlive(experiment) {
  return experiment !== null && ALIVE.includes(experiment.state);
}

/** Is it under way, and somebody else's? @param {Pick<Experiment, 'state'|'own'>|null} experiment */
export function isAnothers(experiment) {
  return experiment !== null && isAlive(experiment) && !experiment.own;
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
    of: 'run',
    picture: null,
    networkFields: fields,
    estimate: null,
    starting: false,
    experiment: null,
    asked: null,
    began: 0,
    ran: NOT_FOLLOWED,
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
 * The fields of the networks, where the request has any, and its own; of those of a run, which has its data, its own
 * alone, and of weights those of the data too.
 *
 * @param {Kind} kind @param {State['fields']} all @param {string|null} run @param {State['of']} [of]
 */
function fieldsOf(kind, all, run, of = 'run') {
  if (run !== null) return fieldsLeft(kind, of);
  const ofNetworks = all.filter(({ of }) => of === 'architecture');
  return [...(kind.networks > 0 ? ofNetworks : []), ...kind.fields];
}

/** The fields that no training has. @param {Kind} kind */
export function ownFields({ fields }) {
  return fields.filter(({ group }) => group === 'This experiment');
}

/** The fields that networks of a run, or of weights, leave to choose. @param {Kind} kind @param {State['of']} of */
export function fieldsLeft(kind, of) {
  const data = of === 'weights' ? kind.fields.filter(({ group }) => group === 'Data') : [];
  return [...ownFields(kind), ...data];
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
      return {
        ...state,
        run: event.run,
        of: event.of ?? 'run',
        fields: fieldsOf(state.kind, state.networkFields, event.run, event.of),
      };
    case 'picture':
      return { ...state, picture: event.picture };
    case 'variants':
      return { ...state, variants: event.variants };
    case 'settings':
      return { ...state, settings: { ...state.settings, ...event.changes } };
    case 'estimate':
      return { ...state, estimate: event.estimate };
    case 'starting':
      return { ...state, starting: event.on };
    case 'experiment':
      return {
        ...state,
        experiment: event.experiment,
        asked: event.asked,
        began: 0,
        ran: event.experiment?.id === state.experiment?.id ? state.ran : ranOf(event.experiment, event.begun),
      };
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
 * The time that an experiment works, as far as it is followed: one that the page began from its first answer on.
 *
 * @param {Experiment|null} experiment @param {number} [begun] when the page began it
 * @returns {Own['ran']}
 */
function ranOf(experiment, begun) {
  if (experiment === null || begun === undefined) return NOT_FOLLOWED;
  const { state, created, ended } = experiment;
  if (ended !== null) return { from: begun, took: (ended - created) * 1000 };
  return { from: state === 'running' ? begun : 0, took: null };
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
    const { from } = state.ran;
    const ran = {
      from: said === 'running' && from === 0 ? now : from,
      took: data.final && from > 0 ? now - from : state.ran.took,
    };
    return { ...state, ran, experiment: { ...next, state: said, reason, queue_position: place } };
  }
  if (type === 'partial' || type === 'result')
    return { ...state, experiment: { ...next, result: data.result, figure: data.figure } };
  return { ...state, experiment: next };
}
