/**
 * @file reduce(state, event): the state after an event. Pure: the answer depends on nothing else,
 * and earlier states stay true.
 */
import { batchOf, copiedBatch } from '../../figure/batch.js';
import { placeOf } from '../../figure/ends.js';
import { createHistory } from '../../figure/history.js';
import { netsOf } from '../../figure/measured.js';
import { offeredOf } from '../../figure/quantity.js';
import { decodeValues, emptyColumns, numberOf } from '../../figure/values.js';
import { rescaled } from './autoscale.js';
import { withTheory } from './expected.js';
import { opened } from './outside.js';
import { phaseOf } from './phase.js';
import { point } from './pointing.js';
import { show, sizesOf, stream } from './stream.js';
import { remember, stacksOf, travel } from './undo.js';
import { assemble, lettered, named } from './variants.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('../../wire').ProbedVariant} ProbedVariant */

/** @returns {State['run']} */
export function noRun() {
  return {
    id: null,
    own: true,
    state: 'none',
    reason: null,
    queuePosition: null,
    queueSeconds: null,
    lastEventId: null,
    replay: false,
    initial: [],
    nets: [],
    outside: null,
  };
}

/**
 * Answer the state after an event.
 *
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  const changed = change(state, event);
  if (changed === state) return state;
  const next = rescaled(state, changed);
  const phase = phaseOf(next);
  return phase === next.phase ? next : { ...next, phase };
}

/** @param {State} state @param {Event} event @returns {State} */
function change(state, event) {
  switch (event.type) {
    case 'first': {
      const { summaries, descriptions, probe, settings, presets, datasets, fields = [] } = event;
      const variants = named(assemble([], summaries, descriptions), probe?.map(({ label }) => label) ?? []);
      const known = { ...state, settings, presets, datasets, fields, variants };
      return probe ? withProbe(known, probe, event) : agreedWith({ ...known, values: variants.map(emptyColumns) });
    }
    case 'variants':
      return agreedWith({
        ...withVariants(state, event.variants, event.like),
        settings: { ...state.settings, ...event.settings },
        ...stacksOf(state, event),
      });
    case 'settings': {
      const stacks = stacksOf(state, event);
      return {
        ...state,
        ...stacks,
        settings: { ...state.settings, ...event.changes },
        agreed: { ...state.agreed, ...stacks },
      };
    }
    case 'skips':
      return remember(state, event.label, event.variant, { skips: event.skips });
    case 'strength':
      return remember(state, event.label, event.variant, { strength: event.strength });
    case 'undo':
      return travel(state, 'past', 'future');
    case 'redo':
      return travel(state, 'future', 'past');
    case 'agreed':
      return { ...state, agreed: event.agreed };
    case 'refused': {
      const { nets, past, future } = state.agreed;
      return { ...state, variants: state.variants.map((variant, v) => ({ ...variant, ...nets[v] })), past, future };
    }
    case 'probe/asked':
      return { ...state, probe: { ...state.probe, wanted: state.probe.wanted + 1 } };
    case 'probe/answered': {
      if (event.sequence !== state.probe.wanted) return state;
      const answered = { ...state, probe: { ...state.probe, answered: event.sequence } };
      // a run that began meanwhile stays on screen
      if ((event.closes ?? null) !== state.run.id) return event.variants ? answered : withTheory(answered, event.probe);
      const labels = event.probe.map(({ label }) => label);
      // a network that is only cut keeps its name
      const closed = event.variants ? withVariants(answered, named(event.variants, labels)) : withoutRun(answered);
      const stacks = stacksOf(state, event);
      const settings = { ...state.settings, ...event.settings };
      const asked = event.asked && { ...event.asked, ...stacks };
      return withProbe({ ...closed, ...stacks, settings }, event.probe, event, asked);
    }
    case 'probe/refused':
      if (event.sequence !== state.probe.wanted) return state;
      return { ...state, probe: { ...state.probe, answered: event.sequence } };
    case 'run/opened': {
      const { id, agreed = agreedWith(state).agreed } = event;
      return {
        ...state,
        run: {
          ...noRun(),
          id,
          own: event.own ?? true,
          state: event.state,
          replay: event.replay ?? false,
          initial: agreed.nets,
          nets: agreed.nets,
        },
        agreed,
        history: createHistory(state.variants.map(sizesOf)),
        changes: [],
        shown: 'live',
        row: -1,
      };
    }
    case 'outside/opened':
      return offered(opened(state, event, noRun()));
    case 'connection':
      return event.connection === state.connection ? state : { ...state, connection: event.connection };
    case 'stream/schema':
    case 'stream/step':
    case 'stream/change':
    case 'stream/status':
      return stream(state, event);
    case 'problem': {
      const problems = { ...state.problems };
      if (event.problem) problems[event.place] = event.problem;
      else if (event.place in problems) delete problems[event.place];
      else return state;
      return { ...state, problems };
    }
    case 'show':
      return show(state, event.step);
    case 'hover':
    case 'select':
    case 'large':
      return point(state, event);
    case 'scale':
      return { ...state, scale: { ...state.scale, ...event.changes } };
    case 'theory':
      return { ...state, theory: event.on };
    case 'letters':
      return { ...state, variants: lettered(state.variants, event.letters) };
    case 'quantity':
      return { ...state, quantity: event.quantity };
    case 'branch':
      return { ...state, branch: event.measure };
    case 'heat':
      return { ...state, heat: event.measure };
    case 'view':
      return { ...state, view: event.view };
    case 'brush':
      return { ...state, brush: event.brush };
    case 'hide':
      return { ...state, hide: event.hide };
    case 'theme':
      return { ...state, theme: event.theme };
    case 'motion':
      return { ...state, reducedMotion: event.reduced };
    case 'recording':
      return { ...state, recording: true };
    case 'estimate':
      return { ...state, estimate: event.seconds };
    case 'playing':
      return { ...state, playing: event.on };
    case 'speed':
      return { ...state, speed: event.speed };
    default:
      throw new Error(`unknown event: ${JSON.stringify(event)}`);
  }
}

/**
 * @param {State} state
 * @param {ProbedVariant[]} probe
 * @param {Partial<Pick<State, 'comparison'|'headline'>> & {batch?: import('../../wire').SeenBatch|null}} said of the
 *   networks, by the server, and its first images
 * @param {State['agreed']} [asked] what was wanted when it was asked for
 * @returns {State}
 */
function withProbe(
  state,
  probe,
  { comparison = null, headline = null, batch = null },
  asked = agreedWith(state).agreed,
) {
  const variants = withTheory(state, probe).variants.map((variant, v) => ({
    ...variant,
    taps: probe[v].taps,
    weights: probe[v].weights,
    blocks: probe[v].blocks,
    precision: probe[v].precision,
  }));
  return {
    ...state,
    variants,
    agreed: asked,
    measured: { step: null, batchSize: state.settings.batch_size, nets: probe.map(({ net }) => net) },
    values: probe.map((one) => decodeValues(one.values, one)),
    comparison,
    batch: batchOf(state.settings.dataset, batch, probe),
    headline,
    scores: probe.map((one) => ({
      loss: numberOf(one.loss),
      accuracy: numberOf(one.accuracy),
      findings: one.findings,
      dropped: one.dropped,
    })),
    step: 0,
    row: -1,
  };
}

/** A quantity that cannot be drawn of the networks gives way to one that can. @param {State} state @returns {State} */
function offered(state) {
  const all = offeredOf(state.variants);
  return all.includes(state.quantity) ? state : { ...state, quantity: all[0] };
}

/** Record the wanted networks as those that the server has. @param {State} state @returns {State} */
function agreedWith(state) {
  return { ...state, agreed: { nets: netsOf(state.variants), past: state.past, future: state.future } };
}

/** @param {State} state @returns {State} */
function withoutRun(state) {
  if (state.run.id === null) return state;
  return {
    ...state,
    run: noRun(),
    history: createHistory([], 1),
    changes: [],
    shown: 'live',
    row: -1,
    step: 0,
    connection: 'online',
  };
}

/**
 * Other networks, of which nothing was measured yet.
 *
 * @param {State} state
 * @param {Variant[]} variants
 * @param {number} [like] all are copies of this one, and what was measured in it holds for them
 * @returns {State}
 */
function withVariants(state, variants, like) {
  const {
    agreed: { nets },
    measured,
  } = state;
  const copied = like !== undefined && measured ? like : null;
  const longest = (/** @type {Variant[]} */ list) =>
    list.reduce((most, { blocks }) => Math.max(most, blocks.length), 0);
  const stays = state.selection && placeOf(variants[state.selection.variant], state.selection.block) !== null;
  return {
    ...withoutRun(state),
    quantity: offered({ ...state, variants }).quantity,
    variants:
      like === undefined ? variants : variants.map((variant) => ({ ...variant, strength: nets[like].strength })),
    past: [],
    future: [],
    comparison: null,
    batch: copied === null || !state.batch ? null : copiedBatch(state.batch, copied, variants.length),
    headline: null,
    values: variants.map((variant) => (copied === null ? emptyColumns(variant) : state.values[copied])),
    scores: variants.map(() =>
      copied === null ? { loss: NaN, accuracy: NaN, findings: [], dropped: [] } : state.scores[copied],
    ),
    measured: measured && copied !== null ? { ...measured, nets: variants.map(() => measured.nets[copied]) } : null,
    hover: null,
    selection: stays ? state.selection : null,
    large: stays ? state.large : false,
    brush: longest(variants) === longest(state.variants) ? state.brush : null,
  };
}
