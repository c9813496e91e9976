/**
 * @file reduce(state, event): what each event does to the state. Pure: the answer depends on nothing else,
 * and what was handed out before stays true.
 */
import { asVariant, distinct } from './variants.js';
import { tellChange } from './changes.js';
import { append, createHistory, readRow, rowOf } from './history.js';
import { decodeValues, emptyColumns } from './values.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./state.js').Summary} Summary */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('./state.js').WireProbe} WireProbe */

const PAST = 100;

/**
 * Answer the state after an event.
 *
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  const next = change(state, event);
  if (next === state) return state;
  const phase = phaseOf(next);
  return phase === next.phase ? next : { ...next, phase };
}

/** @param {State} state @returns {State['phase']} */
export function phaseOf(state) {
  if (state.connection === 'offline' || state.connection === 'retrying') return 'offline';
  if (state.run.state === 'running' || state.run.state === 'queued') return state.values.length > 0 ? 'running' : 'loading';
  if (state.run.state === 'paused') return 'paused';
  if (state.probe.wanted !== state.probe.answered || state.values.length === 0) return 'loading';
  return 'ready';
}

/** @param {State} state @param {Event} event @returns {State} */
function change(state, event) {
  switch (event.type) {
    case 'first': {
      const { summaries, descriptions, probe, settings, presets, datasets, fields = [] } = event;
      return withProbe({ ...state, settings, presets, datasets, fields, variants: distinct(summaries.map((one, v) => asVariant(one, descriptions[v]))) }, probe);
    }
    case 'variants':
      return {
        ...withVariants(state, event.summaries, event.descriptions, event.like), past: [], future: [],
      };
    case 'settings':
      return { ...state, settings: { ...state.settings, ...event.changes } };
    case 'skips':
      return remember(state, event.label, replaceVariant(state.variants, event.variant, { skips: event.skips }));
    case 'strength':
      return remember(state, event.label, replaceVariant(state.variants, event.variant, { strength: event.strength }));
    case 'undo':
      return travel(state, 'past', 'future');
    case 'redo':
      return travel(state, 'future', 'past');
    case 'probe/asked':
      return { ...state, probe: { ...state.probe, wanted: state.probe.wanted + 1 } };
    case 'probe/answered':
      if (event.sequence !== state.probe.wanted) return state;
      return withProbe({ ...state, probe: { ...state.probe, answered: event.sequence } }, event.probe);
    case 'probe/refused':
      if (event.sequence !== state.probe.wanted) return state;
      return { ...state, probe: { ...state.probe, answered: event.sequence } };
    case 'run/opened':
      return {
        ...state,
        run: { id: event.id, state: event.state, reason: null, queuePosition: null, lastEventId: null, replay: event.replay ?? false },
        history: createHistory(state.variants.map(sizesOf)),
        changes: [],
        shown: 'live',
        row: -1,
      };
    case 'run/closed':
      return {
        ...state,
        run: { id: null, state: 'none', reason: null, queuePosition: null, lastEventId: null, replay: false },
        history: createHistory(state.variants.map(sizesOf)),
        changes: [],
        shown: 'live',
        row: -1,
        step: 0,
        connection: 'online',
      };
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
      return sameFocus(state.hover, event.focus) ? state : { ...state, hover: event.focus };
    case 'select':
      return sameFocus(state.selection, event.focus) ? state : { ...state, selection: event.focus };
    case 'scale':
      return { ...state, scale: { ...state.scale, ...event.changes } };
    case 'theory':
      return { ...state, theory: event.on };
    case 'quantity':
      return { ...state, quantity: event.quantity };
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
    case 'speed':
      return { ...state, speed: event.speed };
    default:
      throw new Error(`unknown event: ${JSON.stringify(event)}`);
  }
}

/** @typedef {Extract<Event, {type: `stream/${string}`}>} StreamEvent */

/**
 * Take an event of the run's stream; one that came before (a reconnection) changes nothing.
 *
 * @param {State} state
 * @param {StreamEvent} event
 * @returns {State}
 */
function stream(state, event) {
  if (state.run.lastEventId !== null && event.id <= state.run.lastEventId) return state;
  const run = { ...state.run, lastEventId: event.id };
  switch (event.type) {
    case 'stream/schema': {
      const variants = state.variants.map((variant, v) => {
        const wire = event.variants[v];
        return wire ? { ...variant, taps: wire.taps, weights: wire.weights, blocks: wire.blocks, precision: wire.precision ?? 'float32' } : variant;
      });
      return { ...state, run, variants, history: createHistory(variants.map(sizesOf)) };
    }
    case 'stream/step': {
      const { record } = event;
      const rows = record.variants.map((variant, v) => ({
        loss: variant.loss ?? NaN,
        accuracy: variant.accuracy ?? NaN,
        test: variant.test_accuracy ?? NaN,
        findings: variant.findings ?? [],
        dropped: variant.dropped ?? [],
        values: decodeValues(variant.values, state.variants[v], state.variants[v].skips, variant.dropped),
      }));
      const history = append(state.history, { step: record.step, elapsed: record.elapsed, lr: record.lr, variants: rows });
      if (history === state.history) return { ...state, run };
      if (state.shown !== 'live') {
        return { ...state, run, history, row: rowOf(history, state.shown) };
      }
      return {
        ...state, run, history,
        row: history.length - 1,
        step: record.step,
        values: rows.map((row) => row.values),
        scores: rows.map(({ loss, accuracy, findings, dropped }) => ({ loss, accuracy, findings, dropped })),
      };
    }
    case 'stream/change': {
      const { step, variant, changed } = event;
      const changes = [...state.changes, { step, variant, changed, text: tellChange(state, variant, changed) }];
      let { variants, settings } = state;
      if (variant !== null && Array.isArray(changed.skips)) variants = replaceVariant(variants, variant, { skips: changed.skips });
      if (variant !== null && Array.isArray(changed.strength)) variants = replaceVariant(variants, variant, { strength: changed.strength });
      if (typeof changed.lr === 'number') settings = { ...settings, lr: changed.lr };
      return { ...state, run, changes, variants, settings };
    }
    case 'stream/status':
      return { ...state, run: { ...run, state: event.state, reason: event.reason, queuePosition: event.queue_position } };
  }
}

/** @param {State} state @param {'live'|number} step @returns {State} */
function show(state, step) {
  const { history } = state;
  if (history.length === 0) return state.shown === 'live' ? state : { ...state, shown: 'live' };
  const row = step === 'live' ? history.length - 1 : Math.max(0, rowOf(history, step));
  if (state.shown === step && state.row === row) return state;
  return {
    ...state,
    shown: step,
    row,
    step: history.steps[row],
    values: state.variants.map((_, v) => readRow(history, v, row)),
    scores: history.variants.map(({ loss, accuracy, findings, dropped }) => ({ loss: loss[row], accuracy: accuracy[row], findings: findings[row] ?? [], dropped: dropped[row] ?? [] })),
  };
}

/** @param {State} state @param {WireProbe[]} probe @returns {State} */
function withProbe(state, probe) {
  const variants = state.variants.map((variant, v) => ({
    ...variant, taps: probe[v].taps, weights: probe[v].weights, blocks: probe[v].blocks, precision: probe[v].precision ?? 'float32',
    theory: probe[v].theory ?? null,
  }));
  return {
    ...state,
    variants,
    values: probe.map((one, v) => decodeValues(one.values, one, variants[v].skips, one.dropped)),
    scores: probe.map((one) => ({ loss: one.loss ?? NaN, accuracy: one.accuracy ?? NaN, findings: one.findings ?? [], dropped: one.dropped ?? [] })),
    step: 0,
    row: -1,
  };
}

/** @param {State} state @param {Summary[]} summaries @param {Record<string, any>[]} descriptions @param {number} [like] all are copies of this one, and what was measured in it holds for them @returns {State} */
function withVariants(state, summaries, descriptions, like) {
  const old = state.variants;
  const variants = summaries.map((summary, v) => {
    const same = old.find((variant) => variant.summary === summary);
    return same ? { ...same, label: summary.label } : asVariant(summary, descriptions[v]);
  });
  const kept = variants.map((variant) => like ?? old.findIndex((before) => before.summary === variant.summary));
  return {
    ...state,
    variants: distinct(variants),
    values: variants.map((variant, v) => (kept[v] >= 0 && state.values[kept[v]]) || emptyColumns(variant)),
    scores: variants.map((_, v) => (kept[v] >= 0 && state.scores[kept[v]]) || { loss: NaN, accuracy: NaN, findings: [], dropped: [] }),
    hover: null,
    selection: null,
    brush: null,
  };
}

/** @param {Variant} variant */
function sizesOf(variant) {
  return { taps: variant.taps.length, weights: variant.weights.length, blocks: variant.blocks.length };
}

/** @param {Variant[]} variants @param {number} index @param {Partial<Variant>} changes */
function replaceVariant(variants, index, changes) {
  return variants.map((variant, v) => (v === index ? { ...variant, ...changes } : variant));
}

/** @param {State} state @param {string} label */
function moment(state, label) {
  return { label, skips: state.variants.map((v) => v.skips), strength: state.variants.map((v) => v.strength) };
}

/** @param {State} state @param {string} label @param {Variant[]} variants @returns {State} */
function remember(state, label, variants) {
  return { ...state, variants, past: [...state.past, moment(state, label)].slice(-PAST), future: [] };
}

/** @param {State} state @param {'past'|'future'} from @param {'past'|'future'} to @returns {State} */
function travel(state, from, to) {
  const target = state[from].at(-1);
  if (!target) return state;
  const variants = state.variants.map((variant, v) => ({
    ...variant, skips: target.skips[v] ?? variant.skips, strength: target.strength[v] ?? variant.strength,
  }));
  return { ...state, variants, [from]: state[from].slice(0, -1), [to]: [...state[to], moment(state, target.label)] };
}

/** @param {State['hover']} a @param {State['hover']} b */
function sameFocus(a, b) {
  if (a === b) return true;
  return a !== null && b !== null && a.variant === b.variant && a.block === b.block && a.tap === b.tap && a.layer === b.layer;
}
