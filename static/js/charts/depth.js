/** @file A measure by depth, all variants over each other: one point a block's output, from the stem to the last block. */
import { PALETTES } from '../palette.js';
import { tapsOf } from '../quantity.js';
import { createKeyedFollower, decadeRange, decadeTicks, formatNumber } from '../scale.js';
import { h } from '../dom.js';
import { variantStyles } from './hues.js';
import { createLines } from './lines.js';
import { expectedSeries, mountTheory } from './theory.js';

/** @typedef {import('../state.js').State} State */
/** @typedef {import('../store.js').Store} Store */
/** @typedef {import('../store.js').View} View */
/** @typedef {import('../state.js').Variant} Variant */
/** @typedef {import('../history.js').Columns} Columns */
/** @typedef {(variant: Variant, values: Columns, block: number) => number} Reading the raw number of a block; -1 is the stem */

/**
 * Mount a chart of a number a block.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {{read: Reading, yTitle: string, name: string, unity?: boolean, theory?: 'gradient_rms'|'activation_rms'}} options `unity`: keep 1 in sight;
 *   `theory`: the measure whose expected line may be laid over it
 * @returns {View & {figure: () => import('./lines.js').Figure|null}}
 */
export function mountDepth(root, store, { read, yTitle, name: title, unity = false, theory }) {
  const tip = h('div', { class: 'chart-tip', hidden: true });
  const longest = () => store.state.variants.reduce((most, { blocks }) => Math.max(most, blocks.length), 0);
  const lines = createLines(root, {
    onPoint: (x) => {
      const { variants, hover } = store.state;
      if (x === null || variants.length === 0) {
        if (hover) store.dispatch({ type: 'hover', focus: null });
        return;
      }
      const block = Math.round(x) - 1;
      const variant = variants.findIndex(({ blocks }) => block < blocks.length);
      const name = block < 0 ? null : variants[variant]?.blocks[block] ?? null;
      if (hover?.block !== name || hover?.variant !== variant) {
        store.dispatch({ type: 'hover', focus: name ? { variant, block: name, tap: name, layer: null } : null });
      }
    },
    onPick: (x) => {
      const block = Math.max(0, Math.round(x) - 1);
      const variant = store.state.variants.findIndex(({ blocks }) => block < blocks.length);
      const name = store.state.variants[variant]?.blocks[block];
      if (name) store.dispatch({ type: 'select', focus: { variant, block: name, tap: name, layer: null } });
    },
  });
  root.append(tip);
  const choice = theory ? mountTheory(root, store, title) : null;
  const follow = createKeyedFollower();
  /** @type {{series: import('./lines.js').Series[], expected: import('./lines.js').Series[], range: import('../scale.js').Range}} */
  let measured = { series: [], expected: [], range: [-6, 0] };
  /** @type {unknown[]} */
  let seen = [];
  /** @type {State['hover']} */
  let pointed = null;

  /** The lines and their range; a pointer changes neither. @param {State} state */
  const measure = (state) => {
    const { variants, values } = state;
    const styles = variantStyles(state);
    const series = variants.map((variant, v) => {
      const y = new Float64Array(variant.blocks.length + 1);
      for (let b = -1; b < variant.blocks.length; b += 1) y[b + 1] = Math.log10(read(variant, values[v], b));
      return { x: Float64Array.from(y, (_, i) => i), y, ...styles[v] };
    });
    const expected = theory ? expectedSeries(state, theory, styles) : [];
    const all = [...series, ...expected].flatMap(({ y }) => Array.from(y));
    const key = [state.run.id, expected.length, ...variants.map(({ summary }) => summary)];
    const range = follow(key, decadeRange(unity ? [...all, 0] : all, 0), state.scale.locked) ?? [-6, 0];
    measured = { series, expected, range };
  };

  return {
    update(state) {
      choice?.update(state);
      const { variants, values, theme, hover } = state;
      if (variants.length === 0 || values.length < variants.length) return;
      const slice = [variants, values, theme, state.theory, state.step];
      const fresh = slice.some((one, i) => one !== seen[i]);
      if (!fresh && pointed === hover) return;
      seen = slice;
      pointed = hover;
      if (fresh) measure(state);
      const { series, expected, range } = measured;
      const count = Math.max(1, longest());
      const at = hover?.block ? variants[hover.variant]?.blocks.indexOf(hover.block) ?? -1 : -1;
      lines.update({
        series: [...series, ...expected], theme, yTitle, xTitle: '', xRange: [0, count], yRange: range, yTicks: decadeTicks(range, 5),
        xTicks: stageTicks(variants), bounds: stageBounds(variants), cursor: at >= 0 ? at + 1 : null,
      });
      showTip(at, series, theme);
    },
    figure: () => lines.figure(),
    destroy: () => lines.destroy(),
  };

  /** @param {number} block @param {import('./lines.js').Series[]} series @param {'light'|'dark'} theme */
  function showTip(block, series, theme) {
    tip.hidden = block < 0 || !root.matches(':hover');
    if (tip.hidden) return;
    const name = store.state.hover?.block ?? '';
    tip.replaceChildren(
      h('strong', {}, name),
      ...series.map(({ y, label }, v) => h('span', { style: `color:${variantStyles(store.state)[v].color ?? PALETTES[theme].ink}` }, `${label} ${formatNumber(10 ** y[block + 1])}`)),
    );
    const share = (block + 1) / Math.max(1, longest());
    tip.style.left = share > 0.5 ? 'auto' : `${Math.round(share * 70 + 14)}%`;
    tip.style.right = share > 0.5 ? `${Math.round((1 - share) * 70 + 20)}%` : 'auto';
  }
}

/** @param {Variant[]} variants */
function stageBounds(variants) {
  const blocks = variants[0].summary.graph.blocks;
  return blocks.flatMap((block, b) => (b > 0 && block.index === 0 ? [b + 0.5] : []));
}

/** Stage names under the middle of their blocks. @param {Variant[]} variants */
function stageTicks(variants) {
  const blocks = variants[0].summary.graph.blocks;
  /** @type {Map<string, [number, number]>} */
  const spans = new Map();
  blocks.forEach(({ stage }, b) => spans.set(stage, [spans.get(stage)?.[0] ?? b + 1, b + 1]));
  const values = [...spans.values()].map(([from, to]) => (from + to) / 2);
  return { values, texts: [...spans.keys()] };
}

/** @type {Reading} */
export function readGradient(variant, values, block) {
  return tap(variant, values.gradient_rms, block);
}

/** @type {Reading} */
export function readActivation(variant, values, block) {
  return tap(variant, values.activation_rms, block);
}

/** @type {Reading} */
export function readBranchRatio(_variant, values, block) {
  return block < 0 ? NaN : values.residual_rms[block] / values.identity_rms[block];
}

/** @param {Variant} variant @param {Float64Array} column @param {number} block */
function tap(variant, column, block) {
  const { index, stem } = tapsOf(variant);
  return column[index.get(block < 0 ? stem : variant.blocks[block]) ?? -1] ?? NaN;
}
