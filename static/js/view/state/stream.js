/**
 * @file The effect of a run's events on the state, and the choice of the recorded step on screen. Pure.
 */

import { batchOf } from '../../figure/batch.js';
import { append, createHistory, readRow, rowOf } from '../../figure/history.js';
import { changedNets, netsOfSchema, same } from '../../figure/measured.js';
import { decodeValues, numberOf } from '../../figure/values.js';
import { tellChange } from './changes.js';
import { noted, rowOf as outsideRow, turned } from './outside.js';
import { named } from './variants.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Event} Event */
/** @typedef {import('./state.js').Variant} Variant */

/** @typedef {Extract<Event, {type: `stream/${string}`}>} StreamEvent */

/**
 * Take an event of the run's stream; one that came before (a reconnection) changes nothing.
 *
 * @param {State} state
 * @param {StreamEvent} event
 * @returns {State}
 */
export function stream(state, event) {
  if (state.run.lastEventId !== null && event.id <= state.run.lastEventId) return state;
  const run = { ...state.run, lastEventId: event.id };
  switch (event.type) {
    case 'stream/schema': {
      const labels = event.variants.map(({ label }) => label);
      const variants = named(state.variants, labels).map((variant, v) => {
        const wire = event.variants[v];
        return wire
          ? { ...variant, taps: wire.taps, weights: wire.weights, blocks: wire.blocks, precision: wire.precision }
          : variant;
      });
      const initial = netsOfSchema(event.variants);
      return heard(state, {
        ...state,
        run: { ...run, initial, nets: initial },
        variants,
        history: createHistory(variants.map(sizesOf)),
      });
    }
    case 'stream/step': {
      if (run.outside) return received(state, /** @type {import('./outside.js').Step} */ (event.record), run);
      const record = /** @type {import('../../wire').StepEvent} */ (event.record);
      const rows = record.variants.map(
        ({ loss, accuracy, test_accuracy: test, findings, dropped, net, values }, v) => ({
          loss: numberOf(loss),
          accuracy: numberOf(accuracy),
          test: numberOf(test),
          findings,
          dropped,
          net,
          values: decodeValues(values, state.variants[v]),
        }),
      );
      const batch = batchOf(state.settings.dataset, record.batch, record.variants);
      const history = append(state.history, {
        step: record.step,
        elapsed: record.elapsed,
        lr: record.lr,
        comparison: record.comparison,
        batch,
        headline: record.headline,
        variants: rows,
      });
      if (history === state.history) return { ...state, run };
      if (state.shown !== 'live') return show({ ...state, run, history }, state.shown);
      return {
        ...state,
        run,
        history,
        row: history.length - 1,
        step: record.step,
        values: rows.map((row) => row.values),
        comparison: record.comparison,
        batch,
        headline: record.headline,
        scores: rows.map(({ loss, accuracy, findings, dropped }) => ({ loss, accuracy, findings, dropped })),
        measured: { step: record.step, batchSize: state.settings.batch_size, nets: rows.map(({ net }) => net) },
      };
    }
    case 'stream/change': {
      const { step, variant, changed } = event;
      const changes = [...state.changes, { step, variant, changed, text: tellChange(state, variant, changed) }];
      const settings = typeof changed.lr === 'number' ? { ...state.settings, lr: changed.lr } : state.settings;
      return heard(state, { ...state, run: { ...run, nets: changedNets(run.nets, event) }, changes, settings });
    }
    case 'stream/status': {
      const told = {
        ...state,
        run: {
          ...run,
          state: event.state,
          reason: event.reason,
          queuePosition: event.queue_position,
          queueSeconds: event.queue_seconds ?? null,
          outside: run.outside && turned(run.outside, event.state, state.history.steps[state.history.length - 1] ?? 0),
        },
      };
      if (!event.refused) return told;
      const { nets } = run;
      return {
        ...told,
        agreed: { ...state.agreed, nets },
        variants: state.variants.map((variant, v) => ({ ...variant, ...nets[v] })),
      };
    }
  }
}

/**
 * Take a step of a run that trains elsewhere.
 *
 * @param {State} state
 * @param {import('./outside.js').Step} record
 * @param {State['run']} run with the event's id
 * @returns {State}
 */
function received(state, record, run) {
  const row = outsideRow(record, state.variants[0]);
  const { step, elapsed, lr } = record;
  const history = append(state.history, { step, elapsed, lr: lr ?? NaN, variants: [row] });
  if (history === state.history || !run.outside) return { ...state, run };
  const next = { ...state, run: { ...run, outside: noted(run.outside, record, row) }, history };
  if (state.shown !== 'live') return show(next, state.shown);
  const { loss, accuracy, findings, dropped } = row;
  return {
    ...next,
    row: history.length - 1,
    step,
    values: [row.values],
    scores: [{ loss, accuracy, findings, dropped }],
    measured: { step, batchSize: 1, nets: [row.net] },
  };
}

/**
 * Skips and strengths that the run reports are the server's, and also the wanted ones unless others are wanted.
 *
 * @param {State} before @param {State} state
 * @returns {State}
 */
function heard(before, state) {
  const [old, now] = [before.run.nets, state.run.nets];
  const nets = state.agreed.nets.map((agreed, v) => ({
    skips: same(old[v].skips, now[v].skips) ? agreed.skips : now[v].skips,
    strength: same(old[v].strength, now[v].strength) ? agreed.strength : now[v].strength,
  }));
  const variants = state.variants.map((variant, v) => ({
    ...variant,
    skips: same(variant.skips, state.agreed.nets[v].skips) ? nets[v].skips : variant.skips,
    strength: same(variant.strength, state.agreed.nets[v].strength) ? nets[v].strength : variant.strength,
  }));
  return { ...state, variants, agreed: { ...state.agreed, nets } };
}

/**
 * A step that has not come yet is shown when it comes.
 *
 * @param {State} state
 * @param {'live'|number} step
 * @returns {State}
 */
export function show(state, step) {
  const { history } = state;
  const shown = state.run.id === null ? 'live' : step;
  if (history.length === 0) return shown === state.shown ? state : { ...state, shown };
  const row = step === 'live' ? history.length - 1 : Math.max(0, rowOf(history, step));
  if (state.shown === shown && state.row === row && state.step === history.steps[row]) return state;
  return {
    ...state,
    shown,
    row,
    step: history.steps[row],
    values: state.variants.map((_, v) => readRow(history, v, row)),
    comparison: history.comparisons[row],
    batch: history.batches[row],
    headline: history.headlines[row],
    scores: history.variants.map(({ loss, accuracy, findings, dropped }) => ({
      loss: loss[row],
      accuracy: accuracy[row],
      findings: findings[row],
      dropped: dropped[row],
    })),
    measured: {
      step: history.steps[row],
      batchSize: state.run.outside ? 1 : state.settings.batch_size,
      nets: history.variants.map(({ nets }) => nets[row]),
    },
  };
}

/** @param {Variant} variant */
export function sizesOf(variant) {
  return { taps: variant.taps.length, weights: variant.weights.length, blocks: variant.blocks.length };
}
