/** @file The interface of every door to data, and how a door refuses. */

/** @typedef {import('../view/state/state.js').Problem} Problem */
/** @typedef {import('../view/state/state.js').Summary} Summary */
/** @typedef {import('../wire').RunView} RunView */
/** @typedef {import('../wire').RunPage} RunPage */
/** @typedef {import('../wire').RecordingView['events'][number]} StreamEvent */
/** @typedef {import('../wire').Description} Description */

/**
 * @template [E=StreamEvent]
 * @typedef {object} Watcher
 * @property {number|null} lastEventId only what comes after it is told
 * @property {(event: E) => void} onEvent
 * @property {(state: 'online'|'retrying'|'offline') => void} onConnection
 * @property {(problem: Problem) => void} onRefusal
 */

/**
 * @typedef {object} Source each call answers, or throws a Refusal
 * @property {Problem|null} only why runs can be shown and nothing else done; null where everything can
 * @property {(description: Description) => Promise<Summary>} summarize a network, from its differences to a preset
 * @property {(request: import('../wire').ProbeRequest) => Promise<import('../wire').ProbeView>} probe networks at
 *   initialisation
 * @property {(request: import('../wire').MapsRequest) => Promise<import('../wire').MapsView>} maps one block of each
 *   network, as pictures of one image
 * @property {(request: import('../wire').NewRun) => Promise<import('../wire').Needs>} check whether a run could be
 *   begun so, and its needs
 * @property {(request: import('../wire').NewRun) => Promise<RunView>} begin a run
 * @property {(id: string) => Promise<RunView>} run
 * @property {(page: {offset: number, limit: number, query?: [string, string][]}) => Promise<RunPage>} runs those
 *   that a query asks for
 * @property {(ids: string[]) => Promise<string[]>} beside what runs are called beside each other; empty where nothing
 *   differs
 * @property {(id: string, changes: import('../wire').Change) => Promise<unknown>} change a run: its state, speed, name,
 *   tags, notes, shortcuts, learning rate
 * @property {(id: string) => Promise<unknown>} step a paused run once
 * @property {(id: string, variant: number) => Promise<RunView>} fork a network that trains
 * @property {(id: string) => Promise<unknown>} remove
 * @property {(dataset: string, numbers: number[]) => string|null} pictures the address of images of a data set, side by
 *   side; null where none can be had
 * @property {import('./weights.js').Weights|null} weights that a training may start from; null where there is no server
 * @property {(buffer: ArrayBuffer) => Promise<import('./runfile.js').Found>} parquet what a recorder's Parquet holds
 * @property {(id: string, watcher: Watcher) => () => void} watch a run's events, from the beginning or from where one
 *   was; returns the way to leave
 */

/** A refusal, in the words of who refuses. */
export class Refusal extends Error {
  /** @param {Problem} problem @param {string} [place] of the page that it belongs to */
  constructor(problem, place) {
    super(problem.detail || problem.title);
    this.name = 'Refusal';
    this.problem = problem;
    this.place = place;
  }
}

/**
 * The request of a run; throws a Refusal if it trains elsewhere.
 *
 * @param {RunView} run @param {string} where the page that wants it
 */
export function requestOf({ id, request, outside }, where) {
  if (request) return request;
  const network = outside ? ` of ${outside.label}` : '';
  throw new Refusal({
    title: 'It trains elsewhere',
    detail:
      `Run ${id}${network} trains elsewhere, and ${where} cannot draw its network. ` +
      'The list of runs has its numbers, and exports them.',
    status: 409,
    field: 'run',
  });
}

/**
 * The place of a refusal: beside the field that it names, if it is about the request and not about the client.
 *
 * @param {Refusal} error
 * @param {string} place
 */
export function placeOf({ problem, place: own }, place) {
  return [401, 403, 429].includes(problem.status ?? 0) ? (own ?? place) : (problem.field ?? own ?? place);
}

/** A run that is already gone is as good as stopped, and another's is left to go on. @param {unknown} error */
export function ignoreGone(error) {
  if (error instanceof Refusal && [403, 404, 409].includes(error.problem.status ?? 0)) return;
  throw error;
}
