/**
 * @file A measure by depth, all variants over each other: one point a block's output, from the stem to the last block.
 */

import { changedBlocks } from '../../figure/changemarks.js';
import { blockAt, placesOf } from '../../figure/depthplaces.js';
import { escaped } from '../../figure/drawing.js';
import { placeOf } from '../../figure/ends.js';
import { shortened } from '../../figure/foreign/stages.js';
import { keysOf } from '../../figure/glyphs.js';
import { looksOf } from '../../figure/networks.js';
import { whyNothing } from '../../figure/nothing.js';
import { createKeyedFollower, decadeRange, decadeTicks, formatNumber } from '../../figure/scale.js';
import { h } from '../dom.js';
import { whenChanged } from '../state/select.js';
import { createLines } from './lines.js';
import { expectedSeries, mountTheory } from './theory.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */
/** @typedef {import('../state/state.js').Variant} Variant */
/** @typedef {import('../../figure/history.js').Columns} Columns */
/**
 * @typedef {(variant: Variant, values: Columns, block: number) => number} Reading the raw number of a block; -1 is the
 *   stem
 */
/**
 * @typedef {{read: Reading, yTitle: string, words: import('../../figure/nothing.js').Words, unity?: boolean, signed?:
 *   boolean}} Drawn `words`: those for a network without a number; `unity`: keep 1 in sight; `signed`: a cosine, drawn
 *   as it is from -1 to 1, and not as its logarithm
 */

/** Longer names of stages are shortened on the axis. */
const TITLE = 16;
/** @type {import('../../figure/scale.js').Range} */
const NOTHING = [-6, 0];
/** @type {import('../../figure/scale.js').Range} */
const COSINES = [-1, 1];
const COSINE_TICKS = { values: [-1, -0.5, 0, 0.5, 1], texts: ['−1', '−0.5', '0', '0.5', '1'] };

/**
 * Mount a chart of a number a block.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {{name: string, drawn: (state: State) => Drawn, theory?: 'gradient_rms'|'activation_rms', choice?: (root:
 *   HTMLElement) => View}}
 *   options `drawn`: one of the same objects each time; `theory`: the measure whose expected line may be laid over it;
 *   `choice` of what is drawn
 * @returns {View & {figure: () => import('./lines.js').Figure|null}}
 */
export function mountDepth(root, store, { name: title, drawn, theory, choice: mountChoice }) {
  /**
   * @type {{series: import('./lines.js').Series[], expected: import('./lines.js').Series[], range:
   *   import('../../figure/scale.js').Range, places: import('../../figure/depthplaces.js').Places, marks: Map<number,
   *   string>[], signed: boolean}}
   */
  let measured = {
    series: [],
    expected: [],
    range: [-6, 0],
    places: { of: [], count: 0, stages: [] },
    marks: [],
    signed: false,
  };
  /** The block at a place of the depth, as what is pointed at. @param {number|null} x */
  const focusAt = (x) => {
    const found = x === null ? null : blockAt(measured.places, Math.round(x));
    const name = found && store.state.variants[found.variant]?.blocks[found.block];
    return found && name ? { variant: found.variant, block: name, tap: name, layer: null } : null;
  };
  const lines = createLines(root, {
    onPoint: (x) => {
      const focus = focusAt(x);
      const { hover } = store.state;
      if (hover?.block !== focus?.block || hover?.variant !== focus?.variant) store.dispatch({ type: 'hover', focus });
    },
    onPick: (x) => {
      const focus = focusAt(Math.max(1, x));
      if (focus) store.dispatch({ type: 'select', focus });
    },
    tell: (x) => tellDepth(store.state, measured, Math.round(x)),
  });
  const choices = [...(theory ? [mountTheory(root, store, title)] : []), ...(mountChoice ? [mountChoice(root)] : [])];
  const nothing = h('p', { class: 'chart-empty', hidden: true });
  root.append(nothing);
  const follow = createKeyedFollower();

  /** The lines and their range; a pointer changes neither. */
  const measure = whenChanged(
    (state) => [
      state.variants,
      state.values,
      state.measured,
      state.changes,
      state.theme,
      state.theory,
      state.step,
      drawn(state),
    ],
    (/** @type {State} */ state) => {
      const { variants, values } = state;
      const { read, unity = false, signed = false } = drawn(state);
      const coded = (/** @type {number} */ value) => (signed ? value : Math.log10(value));
      const styles = looksOf(state);
      const places = placesOf(variants);
      const marks = changedBlocks(state);
      const series = variants.map((variant, v) => {
        const y = new Float64Array(variant.blocks.length + 1);
        for (let b = -1; b < variant.blocks.length; b += 1) y[b + 1] = coded(read(variant, values[v], b));
        return { x: places.of[v], y, ...styles[v], changed: [...marks[v].keys()].map((b) => b + 1) };
      });
      const expected = theory ? expectedSeries(state, theory, styles, places.of) : [];
      const all = [...series, ...expected].flatMap(({ y }) => Array.from(y));
      const key = [state.run.id, expected.length, ...variants.map(({ summary }) => summary)];
      const range = signed
        ? COSINES
        : (follow(key, decadeRange(unity ? [...all, 0] : all, 0), state.scale.locked) ?? NOTHING);
      measured = { series, expected, range, places, marks, signed };
    },
  );

  const draw = whenChanged(
    ({ hover, selection }) => [measured, hover, selection],
    (/** @type {State} */ state) => {
      const { variants, theme, hover, selection } = state;
      const { yTitle, words } = drawn(state);
      const { series, expected, range, places, signed } = measured;
      /** @param {State['hover']} focus */
      const at = (focus) => {
        const place = placeOf(variants[focus?.variant ?? -1], focus?.block);
        return focus && place !== null ? (places.of[focus.variant][place + 1] ?? null) : null; // the head has none
      };
      const reasons = series.flatMap((one) => whyNothing(one, words) ?? []);
      const none = reasons.length === series.length;
      nothing.hidden = !none;
      lines.hide(none);
      if (none) {
        nothing.replaceChildren(...reasons.map((reason) => h('span', {}, reason)));
        return;
      }
      lines.update({
        notes: [...keysOf([...series, ...expected], range), ...reasons],
        series: [...series, ...expected],
        theme,
        yTitle,
        xTitle: '',
        xRange: [0, Math.max(1, places.count)],
        yRange: range,
        yTicks: signed ? COSINE_TICKS : decadeTicks(range, 5),
        zero: signed,
        xTicks: {
          values: places.stages.map(({ from, to }) => (from + to) / 2),
          texts: places.stages.map((stage) => escaped(shortened(stage.name, TITLE))),
        },
        bounds: places.stages.slice(1).map(({ from }) => from - 0.5),
        cursor: at(hover),
        picked: at(selection),
      });
    },
  );

  return {
    update(state) {
      for (const choice of choices) choice.update(state);
      if (state.variants.length === 0 || state.values.length < state.variants.length) return;
      measure(state);
      draw(state);
    },
    figure: () => (nothing.hidden ? lines.figure() : null),
    destroy: () => lines.destroy(),
  };
}

/**
 * Say what was measured at a place of the depth, and what was changed there.
 *
 * @param {State} state
 * @param {{series: import('./lines.js').Series[], places: import('../../figure/depthplaces.js').Places, marks:
 *   Map<number, string>[], signed: boolean}} measured
 * @param {number} place
 * @returns {import('./lines.js').Told|null}
 */
function tellDepth({ variants }, { series, places, marks, signed }, place) {
  const found = blockAt(places, place);
  if (!found || series.length !== variants.length) return null;
  const points = places.of.map((own) => own.indexOf(place));
  return {
    title: variants[found.variant].blocks[found.block],
    rows: series.flatMap(({ y, label, color }, v) =>
      points[v] < 0 ? [] : [{ text: `${label} ${formatNumber(rawOf(y[points[v]], signed))}`, color }],
    ),
    notes: marks.flatMap((own, v) =>
      own.has(points[v] - 1) ? [`${variants[v].label}: ${own.get(points[v] - 1)}`] : [],
    ),
  };
}

/** @param {number} code @param {boolean} signed */
function rawOf(code, signed) {
  return signed || code === Infinity ? code : 10 ** code;
}
