/** @file Up to four runs over each other, on common scales: accuracy, loss and gradient ratio by step. */
import { need } from '../dom.js';
import { createLines } from '../charts/lines.js';
import { ticksTo } from '../charts/ticks.js';
import { PALETTES } from '../palette.js';
import { decadeRange, decadeTicks, formatNumber } from '../scale.js';
import { log, titleOf } from './run.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./run.js').VariantDigest} VariantDigest */

const DASHES = ['solid', '6px,3px', '2px,3px', '9px,3px,2px,3px'];
const NOTHING = { onPoint: () => {} };

/** Make the charts; returns what draws them. */
export function createComparison() {
  const charts = { accuracy: createLines(need('compare-accuracy'), NOTHING), loss: createLines(need('compare-loss'), NOTHING), ratio: createLines(need('compare-ratio'), NOTHING) };

  /** @param {Run[]} runs @param {'light'|'dark'} theme */
  return function draw(runs, theme) {
    const palette = PALETTES[theme];
    const lines = runs.flatMap((run, r) => (run.digest?.variants ?? []).map((variant, v) => {
      const { skips } = run.request.variants[v];
      const plain = Array.isArray(skips) ? !skips.some(Boolean) : !skips;
      const label = runs.length > 1 ? `${r + 1}: ${run.name || variant.label}` : variant.label;
      return { variant, steps: run.digest?.steps ?? [], color: palette[plain ? 'plain' : 'residual'], dash: DASHES[r], label, title: titleOf(run) };
    }));
    const end = Math.max(1, ...lines.map(({ steps }) => steps.at(-1) ?? 0));
    const steps = ticksTo(end);
    const common = { theme, xRange: /** @type {[number, number]} */ ([0, end]), xTicks: { values: steps, texts: steps.map(String) }, xTitle: 'step', cursor: null };
    const series = (/** @type {(variant: VariantDigest) => number[]} */ read) => lines.map(({ variant, steps: x, color, dash, label }) => ({ x, y: read(variant), color, dash, label }));

    const numbers = (/** @type {(number|null)[]} */ column) => column.map((value) => value ?? NaN);
    const losses = lines.flatMap(({ variant }) => numbers(variant.loss)).filter(Number.isFinite);
    const most = losses.length > 0 ? Math.max(...losses) * 1.05 : 1;
    const ratios = series(({ gradient_ratio }) => gradient_ratio.map(log));
    const range = decadeRange([...ratios.flatMap(({ y }) => y), 0], 0) ?? [-6, 0];
    const heights = [0, 0.25, 0.5, 0.75, 1];
    const ticks = [0, most / 2, most];
    charts.accuracy.update({ ...common, series: series(({ accuracy }) => numbers(accuracy)), yRange: [0, 1.02], yTitle: 'accuracy', yTicks: { values: heights, texts: heights.map((value) => `${value * 100} %`) } });
    charts.loss.update({ ...common, series: series(({ loss }) => numbers(loss)), yRange: [0, most], yTitle: 'loss', yTicks: { values: ticks, texts: ticks.map((value) => formatNumber(Number(value.toPrecision(2)))) } });
    charts.ratio.update({ ...common, series: ratios, yRange: range, yTitle: 'ratio', yTicks: decadeTicks(range, 5) });
  };
}
