/** @file Loss and accuracy of each variant over the steps of the run, with marks where it was changed. */

import { toldNear } from '../../figure/changemarks.js';
import { rowOf } from '../../figure/history.js';
import { looksOf } from '../../figure/networks.js';
import { whyNothing } from '../../figure/nothing.js';
import { formatNumber } from '../../figure/scale.js';
import { ticksTo } from '../../figure/ticks.js';
import { h } from '../dom.js';
import { whenChanged } from '../state/select.js';
import { tellEmpty } from '../state/time.js';
import { createLines } from './lines.js';
import { pickStep } from './pickstep.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

const LABELS = { accuracy: 'train', test: 'test', loss: 'loss' };
const TITLES = {
  accuracy: 'Accuracy on each batch of the training',
  test: 'Accuracy on the images held out, after each epoch',
  loss: 'Mean cross-entropy of each batch',
};
/** @type {Record<keyof typeof LABELS, import('../../figure/nothing.js').Words>} */
const WORDS = {
  accuracy: { many: 'accuracies', missing: 'no accuracy was measured' },
  test: { many: 'accuracies', missing: 'not tested yet' },
  loss: { many: 'losses', missing: 'no loss was measured' },
};
const UNTESTED = 'Not tested yet: the images held out are classified after each epoch.';
const EMPTY = 'Press play: loss and accuracy of each step appear here.';

/**
 * Mount the chart; it shows accuracy or loss.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View & {figure: () => import('./lines.js').Figure|null}}
 */
export function mountCurves(root, store) {
  /** @type {'accuracy'|'test'|'loss'} */
  let shown = 'accuracy';
  let isChosen = false;
  const body = h('div', { class: 'chart-body' });
  const empty = h('p', { class: 'chart-empty' }, EMPTY);
  const buttons = /** @type {const} */ (['accuracy', 'test', 'loss']).map((name) =>
    h(
      'button',
      {
        type: 'button',
        title: TITLES[name],
        class: 'button small',
        'aria-pressed': String(name === shown),
        onclick: () => {
          isChosen = true;
          choose(name);
          update(store.state);
        },
      },
      LABELS[name],
    ),
  );
  /** @param {keyof typeof LABELS} name */
  const choose = (name) => {
    shown = name;
    draw.again();
    buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.textContent === LABELS[name])));
  };
  root.append(
    h('div', { class: 'chart-switch', role: 'group', 'aria-label': 'Quantity of the curves' }, ...buttons),
    body,
    empty,
  );
  const lines = createLines(body, {
    onPoint: () => {},
    tell: (x) => told?.(x) ?? null,
    onPick: (x) => pickStep(store, x),
  });
  let ceiling = 1;
  /** @type {((x: number) => import('./lines.js').Told)|null} */
  let told = null;

  /** @param {State} state */
  function update(state) {
    const { variants, length } = state.history;
    const isKnown = (/** @type {keyof typeof LABELS} */ name) =>
      variants.some((one) => one[name].subarray(0, length).some((number) => !Number.isNaN(number)));
    // whoever logs a loss alone sees it
    if (!isChosen && length > 0 && !isKnown(shown) && isKnown('loss')) choose('loss');
    const words = state.history.length === 0 ? tellEmpty(state.run, EMPTY) : whyEmpty(state.history, state.variants);
    const has = words === '';
    empty.hidden = has;
    if (empty.textContent !== words) empty.textContent = words;
    body.style.visibility = has ? 'visible' : 'hidden';
    if (has) draw(state);
    else told = null;
  }

  /**
   * Why no network has a line; nothing where one has.
   *
   * @param {State['history']} history @param {State['variants']} variants
   */
  const whyEmpty = ({ variants: all, length }, variants) => {
    const reasons = all.map((one, v) =>
      whyNothing({ label: variants[v]?.label ?? '', y: one[shown].subarray(0, length) }, WORDS[shown]),
    );
    if (reasons.includes(null)) return '';
    return shown === 'test' ? UNTESTED : reasons.join('\n');
  };

  const draw = whenChanged(
    ({ history, changes, theme, settings, shown: at, step }) => [history, changes, theme, settings.steps, at, step],
    (/** @type {State} */ state) => {
      const { history, changes, theme, settings, shown: at, step } = state;
      const styles = looksOf(state);
      const x = history.steps.subarray(0, history.length);
      const series = history.variants.map((variant, v) => {
        const y = variant[shown].subarray(0, history.length);
        if (shown !== 'test') return { x, y, ...styles[v] };
        // measured at some steps only: a line from one to the next
        const at = Array.from(x.keys()).filter((row) => Number.isFinite(y[row]));
        return { x: at.map((row) => x[row]), y: at.map((row) => y[row]), ...styles[v] };
      });
      if (shown === 'loss') {
        const most = series.reduce(
          (high, { y }) =>
            Array.from(y).reduce((top, value) => (Number.isFinite(value) ? Math.max(top, value) : top), high),
          0,
        );
        ceiling = niceCeiling(most);
      } else ceiling = 1;
      const end = Math.max(settings.steps - 1, x[x.length - 1], 1);
      const steps = ticksTo(end);
      told = (at) => {
        const row = Math.max(0, rowOf(history, Math.round(at)));
        const say = (/** @type {number} */ value) =>
          Number.isNaN(value)
            ? 'not measured here'
            : shown === 'loss'
              ? formatNumber(value)
              : `${Number((value * 100).toPrecision(3))} %`;
        return {
          title: `step ${x[row]}`,
          notes: toldNear(changes, at, end / 100),
          rows: history.variants.map((variant, v) => ({
            text: `${styles[v].label} ${say(variant[shown][row])}`,
            color: styles[v].color,
          })),
        };
      };
      const heights = shown !== 'loss' ? [0, 0.25, 0.5, 0.75, 1] : [0, ceiling / 2, ceiling];
      lines.update({
        series,
        theme,
        xRange: [0, end],
        yRange: [0, ceiling * 1.02],
        yTitle: shown === 'test' ? 'test accuracy' : shown,
        xTitle: 'step',
        xTicks: { values: steps, texts: steps.map(String) },
        yTicks: {
          values: heights,
          texts: heights.map((value) => (shown !== 'loss' ? `${Math.round(value * 100)} %` : formatNumber(value))),
        },
        changes: changes.map((change) => change.step),
        cursor: at === 'live' ? null : step,
      });
    },
  );
  return {
    update,
    figure: () => lines.figure(),
    destroy() {
      lines.destroy();
      root.replaceChildren();
    },
  };
}

/** The next of 1, 2, 5, 10, … @param {number} value */
function niceCeiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
  return [1, 2, 5, 10].map((digit) => digit * power).find((top) => top >= value) ?? 10 * power;
}
