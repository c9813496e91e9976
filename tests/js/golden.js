// What several tests read: the summaries that the model's test writes, and golden files that tests hold.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../golden/', import.meta.url);

export const SUMMARIES = JSON.parse(readFileSync(new URL('summaries.json', FOLDER), 'utf8'));

/** The events of the run that a worker recorded for both halves. */
export const RUN = readFileSync(new URL('run.jsonl', FOLDER), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

/** A network's shortcuts as they are built. */
export const netOf = ({ graph: { blocks } }) => ({ skips: blocks.map((block) => block.skip), strength: blocks.map(() => 1) });

/** A probe in the wire's shape whose numbers tell where they stand: no test reads them as measured. */
export function probeOf(summary, magnitude = (i, n) => 10 ** (-4 * (1 - i / n))) {
  const { taps, weights, blocks } = summary.graph;
  const column = (list) => list.map((_, i) => magnitude(i, list.length));
  return {
    label: summary.label, architecture: summary.architecture, taps: taps.map((tap) => tap.name), weights, blocks: blocks.map((block) => block.name), precision: 'float32', memory_format: 'contiguous',
    loss: 2.3, accuracy: 0.1, test_accuracy: null, dropped: [], findings: [], net: netOf(summary), strength: netOf(summary).strength, theory: null,
    values: {
      activation_rms: column(taps), gradient_rms: column(taps), zero_fraction: taps.map((tap) => (tap.activation ? 0.5 : null)), nonfinite: taps.map(() => 0),
      weight_gradient_norm: column(weights), update_ratio: weights.map(() => null),
      residual_rms: column(blocks), identity_rms: column(blocks).map((x, b) => (blocks[b].skip ? x : null)),
      residual_gradient_norm: column(blocks), identity_gradient_norm: column(blocks).map((x, b) => (blocks[b].skip ? x : null)),
    },
  };
}

/** What a network did in a step, from its probe. */
export const didOf = ({ loss, accuracy, test_accuracy, dropped, findings, net, values }) => structuredClone({ loss, accuracy, test_accuracy, dropped, findings, net, values });

/** The networks drawn as they are wanted, whatever the numbers were measured of. */
export const asWanted = (state) => ({ ...state, measured: null });

/** Compare with a golden file, one line a part; SKIPSCOPE_UPDATE_GOLDEN=1 writes it anew. */
export function holds(name, parts) {
  const file = new URL(name, FOLDER);
  const text = `{\n${Object.entries(parts).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}\n`;
  if (process.env.SKIPSCOPE_UPDATE_GOLDEN) writeFileSync(file, text);
  assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(file, 'utf8')), `${name} differs; SKIPSCOPE_UPDATE_GOLDEN=1 writes it anew`);
}
