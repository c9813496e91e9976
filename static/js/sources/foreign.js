/**
 * @file A run of networks that are not of the library. The page draws one by itself; several beside each other are
 *   shown by charts: their places stand in networks of blocks without layers, and their diagrams are left out.
 */
import { stageOf } from '../figure/measures.js';

/** @typedef {import('./source.js').StreamEvent} StreamEvent */
/** @typedef {import('../wire').FirstView & {recording: import('../wire').RecordingView}} First */
/** @typedef {import('../wire').OutsideSchemaEvent} OutsideSchema */
/** @typedef {import('../wire').OutsideStepEvent} OutsideStep */
/** @typedef {{id: number, type: string, data: unknown}} AnyEvent of networks of the library, or of others */
/**
 * @typedef {object} Drawable
 * @property {First} first
 * @property {string[]|null} parts of the page that have something to show; null for all
 * @property {(events: AnyEvent[]) => StreamEvent[]} translate
 */

/** Of the form of the events that the charts are given. */
const VERSION = 4;
/** The parts that need no diagram. */
const CHARTS = [
  'gradient',
  'activation',
  'branch',
  'curves',
  'heat',
  'heatmap',
  'heatmap-scale',
  'codes',
  'scrubber',
  'transport',
  'twin',
];

/**
 * The parts of a run that a page can draw; null while that depends on events that have not come.
 *
 * @param {First} first
 * @param {AnyEvent[]} events
 * @returns {Drawable|null}
 */
export function drawableOf(first, events) {
  const { recording } = first;
  if (recording.run.request) return { first, parts: null, translate: (some) => /** @type {StreamEvent[]} */ (some) };
  const schema = events.find(({ type }) => type === 'schema');
  if (!schema) return null;
  const networks = /** @type {OutsideSchema} */ (schema.data).variants.map(networkOf);
  if (networks.length === 1) return { first, parts: null, translate: (some) => /** @type {StreamEvent[]} */ (some) };
  const summaries = networks.map(({ summary }) => summary);
  const variants = networks.map(({ summary }) => summary.architecture);
  const request = { variants, labels: summaries.map(({ label }) => label), steps: 1 };
  const run = { ...recording.run, request, outside: null };
  const names = new Map(networks.map(({ schema: own }, v) => [v, own]));
  return /** @type {Drawable} */ (
    /** @type {unknown} */ ({
      first: { ...first, descriptions: variants, summaries, recording: { ...recording, run, summaries } },
      parts: networks.some(({ hasBlocks }) => hasBlocks) ? CHARTS : CHARTS.filter((name) => name !== 'branch'),
      translate: (/** @type {AnyEvent[]} */ some) => some.map((event) => translated(event, names)),
    })
  );
}

/** @param {OutsideSchema['variants'][number]} names */
function networkOf({ label, taps, weights, blocks }) {
  const hasBlocks = blocks.length > 0;
  // a network without blocks has its taps along the depth
  const places = hasBlocks ? blocks : taps;
  /** @type {Map<string, number>} */
  const counts = new Map();
  const graphBlocks = places.map((name) => {
    const stage = stageOf(name);
    const index = counts.get(stage) ?? 0;
    counts.set(stage, index + 1);
    return { name, stage, index, skip: true, layers: [], input_shape: [], output_shape: [] };
  });
  const architecture = { label, skips: true };
  const summary = {
    name: null,
    label,
    architecture,
    layers: [],
    graph: { blocks: graphBlocks, taps: taps.map((name) => ({ name, block: name })), weights },
  };
  const strength = places.map(() => 1);
  const schema = { label, architecture, precision: 'float32', strength, taps, weights, blocks: places };
  return { summary, schema, hasBlocks };
}

/**
 * @param {AnyEvent} event
 * @param {Map<number, {strength: number[]}>} names
 * @returns {AnyEvent}
 */
function translated({ id, type, data }, names) {
  if (type === 'schema') return { id, type, data: { version: VERSION, variants: [...names.values()] } };
  if (type !== 'step') return { id, type, data };
  const step = /** @type {OutsideStep} */ (data);
  const variants = step.variants.map(({ loss, logged, dropped, values }, v) => {
    const strength = names.get(v)?.strength ?? [];
    return {
      loss,
      accuracy: logged.accuracy ?? null,
      test_accuracy: logged.test_accuracy ?? null,
      dropped,
      net: { skips: strength.map(() => true), strength },
      values,
      findings: [],
      answers: null,
    };
  });
  return { id, type, data: { ...step, epoch: 0, comparison: null, batch: null, headline: null, variants } };
}
