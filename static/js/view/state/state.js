/**
 * @file The state of the page and the one pure function that changes it.
 *
 * The types below are the contract between the views: a view reads `State`, dispatches an `Event`, and
 * asks the server for something through `store.commands` (see `Commands`).
 */
import { createHistory } from '../../figure/history.js';
import { UNFOLLOWED } from '../../figure/scale.js';
import { noRun } from './reduce.js';

export { reduce } from './reduce.js';

/** @typedef {import('../../figure/history.js').Columns} Columns */
/** @typedef {import('../../figure/history.js').History} History */
/** @typedef {import('../../wire').Architecture} Architecture */
/**
 * @typedef {import('../../wire').Description & {cut?: string, only?: string, strength?: string}} Stated differences
 *   from a preset; `cut`, `only` and `strength` as an address says them
 */
/** @typedef {import('../../wire').LayerView} Layer a node of the graph, as `summary.layers` lists them */
/** @typedef {import('../../wire').BlockView} Block */
/** @typedef {import('../../wire').TapView} Tap */
/** @typedef {import('../../wire').DrawnView & {foreign?: import('../../figure/foreign/variant.js').Foreign}} Summary */

/**
 * @typedef {object} Variant one network on the page
 * @property {string} label as the page names it: "ResNet-56"; unique among the variants
 * @property {import('../../figure/networks.js').Letter} letter for its whole life, and with it colour and dash
 * @property {string|null} preset the preset the architecture differs from, if known
 * @property {Stated} description the stated differences: a preset and fields, as in the URL
 * @property {boolean[]} usualSkips the skips that the network was made with
 * @property {Architecture} architecture
 * @property {Summary} summary
 * @property {string[]} taps names, aligned to the tap columns of `values`
 * @property {string[]} weights
 * @property {string[]} blocks
 * @property {string} precision of the numbers on screen: float32, bfloat16
 * @property {boolean[]} skips one a block, as they are wanted (see measured.js for those of the numbers on screen)
 * @property {number[]} strength of each block's shortcut, 0 to 1, as it is wanted
 * @property {Theory|null} theory what mean-field theory expects of it at initialisation; null where it was not probed
 */

/**
 * @typedef {{activation_rms: number[], gradient_rms: number[], reason: string|null}} Theory numbers at each tap, NaN
 *   where nothing is expected; or why there are none
 */

/** @typedef {import('../../wire').TrainingSettings} Settings */
/** @typedef {import('../../figure/quantity.js').Quantity} Quantity */
/** @typedef {'none'|import('../../wire').RunView['state']} RunState */
/**
 * @typedef {Partial<import('../../wire').ProblemView> & {title: string, detail: string}} Problem of RFC 9457
 */
/**
 * @typedef {{id: string|null, own: boolean, state: RunState, reason: string|null, queuePosition: number|null,
 *   queueSeconds: number|null,
 *   lastEventId: number|null, replay: boolean, initial: Net[], nets: Net[],
 *   outside: import('./outside.js').Outside|null}} Run `own`: whether it may be changed; `initial`: the networks as it
 *   began; `nets`: as it said of them last; `outside`: of one that trains elsewhere
 */
/** @typedef {import('../../wire').Net} Net */
/** @typedef {{nets: Net[], past: Step[], future: Step[]}} Agreed the server's state; a refusal leads back to it */
/**
 * @typedef {{step: number|null, batchSize: number, nets: Net[]}} Measured of what numbers were measured; the step is
 *   null at initialisation
 */
/** @typedef {import('../../wire').Finding} Finding */
/**
 * @typedef {{step: number, variant: number|null, changed: import('../../wire').Changed, text: string}} Change a mark in
 *   every chart
 */
/**
 * @typedef {{variant: number, block: string|null, tap: string|null, layer: string|null}} Focus something pointed at: a
 *   block, and the tap or layer in it if known
 */
/**
 * @typedef {{low: number, high: number, locked: boolean, scope: 'common'|'block'|'stage'|'network', held:
 *   HeldSpans|null, heatmap: 'network'|'common'}} Scale decades (whole log10) of the diagram's quantity; `held`: the
 *   local ones, while they are locked; `heatmap`: whether each network's has a range of its own
 */
/**
 * @typedef {{scope: string, quantity: Quantity, summaries: Summary[], spans: import('../../figure/styles.js').Spans}}
 *   HeldSpans
 */
/**
 * @typedef {{label: string, variants: Variant[], settings: Settings, run: string|null, left: boolean}} Step of undo:
 *   networks, settings and run as they were, what was done then, and whether that left the run
 */
/**
 * @typedef {{label?: string, left?: boolean, stacks?: Pick<State, 'past'|'future'>}} Told of a change: its name, and
 *   whether it leaves a run with the same networks; or what undo has then
 */

/** @typedef {import('../../wire').FieldView} Field */

/**
 * @typedef {object} State
 * @property {'loading'|'ready'|'running'|'paused'|'offline'} phase what `<html data-state>` says
 * @property {Variant[]} variants
 * @property {Settings} settings of the next run (of this one, while one is under way)
 * @property {Quantity} quantity
 * @property {'branch_ratio'|import('../../figure/history.js').SignedColumn} branch what the branch's chart draws
 * @property {'gradient_rms'|'activation_rms'|import('../../figure/history.js').SignedColumn} heat what heatmaps draw
 * @property {boolean} theory whether the lines that theory expects are asked for
 * @property {'paper'|'trunk'} view of the diagram
 * @property {Run} run
 * @property {{wanted: number, answered: number}} probe counts of requests made and answered: pending while they differ
 * @property {Agreed} agreed
 * @property {Measured|null} measured of what the values on screen were measured; null where they are of nothing
 * @property {History} history of the run; empty when none
 * @property {'live'|number} shown the step to show: the newest, or the step that was pointed at
 * @property {number} row the history's row on screen, -1 where it is none of this run's
 * @property {number} step the step on screen; 0 for a probe
 * @property {Columns[]} values of the step on screen, one a variant
 * @property {string|null} comparison what the server says of the networks of that step side by side
 * @property {import('../../figure/batch.js').Batch|null} batch the first images that those values are of, and what the
 *   networks answered; null where that was not kept
 * @property {import('../../wire').Headline|null} headline the pieces of the line above the diagram; null of nothing
 *   measured
 * @property {{loss: number, accuracy: number, findings: Finding[], dropped: string[]}[]} scores of the step on screen,
 *   its diagnosis, and the blocks whose F was not computed in it, one a variant
 * @property {Focus|null} hover
 * @property {Focus|null} selection
 * @property {boolean} large whether the selected block is shown in the diagram's place
 * @property {Scale} scale
 * @property {{key: unknown[], held: import('../../figure/scale.js').Followed}} follow how the scale follows the
 *   numbers, and of what
 * @property {Change[]} changes
 * @property {'online'|'retrying'|'offline'} connection
 * @property {'light'|'dark'} theme
 * @property {boolean} reducedMotion
 * @property {boolean} recording whether there is no server: nothing can be changed or measured
 * @property {number|null} estimate seconds that a run of what is on the page would take, about; null if unknown
 * @property {boolean} playing whether a recording goes on from step to step
 * @property {number} speed steps a second to draw at most; 0 for as fast as they come
 * @property {Record<string, Problem>} problems by place: a field's name, "run", "probe", "page"
 * @property {{from: number, to: number}|null} brush blocks in focus where a net is too deep to draw in full
 * @property {Step[]} past
 * @property {Step[]} future
 * @property {PresetRow[]} presets
 * @property {import('../../wire').DatasetView[]} datasets
 * @property {Field[]} fields
 * @property {string[]} hide names of controls that the link hides
 */
/** @typedef {import('../../wire').PresetView} PresetRow */

/** @typedef {import('../../wire').ProbedVariant} ProbedVariant */

/**
 * @typedef {{type: 'first', summaries: Summary[], descriptions: Stated[], probe: ProbedVariant[]|null,
 *   comparison?: string|null, headline?: State['headline'], batch?: import('../../wire').SeenBatch|null, settings:
 *   Settings, presets: PresetRow[], datasets:
 *   import('../../wire').DatasetView[], fields?: Field[]}
 *   | {type: 'variants', variants: Variant[], settings: Partial<Settings>, like?: number} & Told
 *   | {type: 'settings', changes: Partial<Settings>} & Told
 *   | {type: 'skips', variant: number, skips: boolean[], label: string}
 *   | {type: 'strength', variant: number, strength: number[], label: string}
 *   | {type: 'undo'} | {type: 'redo'}
 *   | {type: 'probe/asked'}
 * | {type: 'probe/answered', sequence: number, probe: ProbedVariant[], comparison?: string|null,
 * headline?: State['headline'], batch?: import('../../wire').SeenBatch|null, closes?: string|null,
 * variants?: Variant[], settings?: Partial<Settings>, asked?: Agreed} & Told
 *   | {type: 'probe/refused', sequence: number}
 *   | {type: 'run/opened', id: string, own?: boolean, state: RunState, replay?: boolean, agreed?: Agreed}
 *   | import('./outside.js').Opened
 *   | {type: 'agreed', agreed: Agreed}
 *   | {type: 'refused'}
 *   | {type: 'stream/schema', id: number, variants: import('../../wire').SchemaVariant[]}
 *   | {type: 'stream/step', id: number, record: import('../../wire').StepEvent|import('./outside.js').Step}
 *   | {type: 'stream/change', id: number} & import('../../wire').ChangeEvent
 *   | {type: 'stream/status', id: number} & import('../../wire').StatusEvent
 *   | {type: 'connection', connection: State['connection']}
 *   | {type: 'problem', place: string, problem: Problem|null}
 *   | {type: 'show', step: 'live'|number}
 *   | {type: 'letters', letters: import('../../figure/networks.js').Letter[]}
 *   | {type: 'quantity', quantity: Quantity}
 *   | {type: 'branch', measure: State['branch']} | {type: 'heat', measure: State['heat']}
 *   | {type: 'theory', on: boolean}
 *   | {type: 'view', view: State['view']}
 *   | {type: 'hover', focus: Focus|null}
 *   | {type: 'select', focus: Focus|null}
 *   | {type: 'large', on: boolean}
 *   | {type: 'scale', changes: Partial<Scale>}
 *   | {type: 'brush', brush: State['brush']}
 *   | {type: 'hide', hide: string[]}
 *   | {type: 'theme', theme: State['theme']}
 *   | {type: 'motion', reduced: boolean}
 *   | {type: 'estimate', seconds: number|null}
 *   | {type: 'recording'} | {type: 'playing', on: boolean}
 *   | {type: 'speed', speed: number}} Event
 */

/**
 * @typedef {object} Commands what a control may ask for; each answers when the server has, and puts a refusal into
 *   `state.problems`
 * @property {() => Promise<void>} play create a run, or go on with the paused one
 * @property {() => Promise<void>} pause
 * @property {() => Promise<void>} step one step, pausing or creating a run if need be
 * @property {() => Promise<void>} reset leave the run and probe again at initialisation
 * @property {(variant: number, block: number, on?: boolean) => Promise<void>} toggle one block's skip
 * @property {(variant: number, skips: boolean[], label: string) => Promise<void>} setSkips many at once; the label
 *   names the act for undo
 * @property {(variant: number, strength: number[], label: string) => Promise<void>} setStrength of the shortcuts
 * @property {() => Promise<void>} undo
 * @property {() => Promise<void>} redo
 * @property {(variant: number|null, changes: Stated) => Promise<void>} change fields of a variant's Architecture, or of
 *   all ({preset: name} for another net); new probe
 * @property {(left: string, right: string|null) => Promise<void>} compare show these presets beside each other
 * @property {(preset: string) => Promise<void>} add this preset to the networks on the page, of which there are at most
 *   four
 * @property {(variant: number) => Promise<void>} remove one of several networks; the others keep their letters
 * @property {(descriptions: Stated[], settings?: Partial<Settings>, known?: (variants: Variant[]) => void, label?:
 *   string) => Promise<void>} describe show these networks, by their differences, under these settings; `known` is told
 *   their structure before they are measured; with a label it can be undone, and one's run on screen waits
 * @property {(changes: Partial<Settings>) => Promise<void>} set settings of training; those that a probe depends on
 *   give a new probe, lr goes to a running net
 * @property {(variant: number) => Promise<void>} fork go on with two copies of a network that trains, paused
 * @property {(perSecond: number) => Promise<void>} pace recorded steps a second at most, 0 for as fast as it goes
 * @property {(id: string, label?: string) => Promise<void>} replay open a finished or running run
 * @property {(file: File) => Promise<void>} openFile show the run that a file holds; it is sent nowhere
 * @property {(dataset: string, numbers: number[]) => string|null} pictures the address of images side by side; null
 *   where there is no server
 * @property {() => Promise<import('../../wire').WeightsView|null|void>} weights those that the run on screen ended
 *   with; nothing while it goes on
 * @property {import('../controls/startable.js').Starting|null} starting runs from weights; null without a server
 * @property {import('../../sources/source.js').Source['maps']} maps one block of each network, as pictures of one image
 * @property {() => Promise<void>} copy leave the run on screen, and have its networks and settings to oneself
 */

/**
 * Make the state before anything is known.
 *
 * @returns {State}
 */
export function initialState() {
  return {
    phase: 'loading',
    variants: [],
    settings: {
      dataset: 'digits',
      image_size: null,
      batch_size: 64,
      optimizer: 'sgd',
      lr: 0.005,
      momentum: 0.9,
      nesterov: false,
      weight_decay: 0,
      schedule: 'constant',
      warmup_steps: 0,
      clip_norm: null,
      label_smoothing: 0,
      precision: 'float32',
      channels_last: null,
      steps: 200,
      record_every: 1,
      eval_every: null,
      seed: 0,
      device: 'auto',
    },
    quantity: 'gradient_path',
    branch: 'branch_ratio',
    heat: 'gradient_rms',
    theory: false,
    view: 'paper',
    run: noRun(),
    probe: { wanted: 0, answered: 0 },
    agreed: { nets: [], past: [], future: [] },
    measured: null,
    history: createHistory([], 1),
    shown: 'live',
    row: -1,
    step: 0,
    values: [],
    comparison: null,
    batch: null,
    headline: null,
    scores: [],
    hover: null,
    selection: null,
    large: false,
    scale: { low: -6, high: 0, locked: false, scope: 'common', held: null, heatmap: 'network' },
    follow: { key: [], held: UNFOLLOWED },
    changes: [],
    connection: 'online',
    theme: 'light',
    reducedMotion: false,
    recording: false,
    playing: false,
    estimate: null,
    speed: 0,
    problems: {},
    brush: null,
    past: [],
    future: [],
    presets: [],
    datasets: [],
    fields: [],
    hide: [],
  };
}
