/** @file The curves of a run that trains elsewhere: one at a time of its caller's numbers and the gradient's ratio. */
import { curveOf, curvesOf, RATIO } from '../../figure/foreign/logged.js';
import { rowOf } from '../../figure/history.js';
import { looksOf } from '../../figure/networks.js';
import { PALETTES } from '../../figure/palette.js';
import { ticksTo } from '../../figure/ticks.js';
import { h } from '../dom.js';
import { whenChanged } from '../state/select.js';
import { createLines } from './lines.js';
import { pickStep } from './pickstep.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */

const EMPTY = 'No step was recorded yet.';
const BAND = '2px,4px';

/**
 * Mount the chart.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {import('../state/store.js').View & {figure: () => import('./lines.js').Figure|null}}
 */
export function mountLogged(root, store) {
  const select = h('select', {
    class: 'select small',
    'aria-label': 'Number that the curve draws',
    onchange: () => {
      draw.again();
      update(store.state);
    },
  });
  const body = h('div', { class: 'chart-body' });
  const empty = h('p', { class: 'chart-empty' }, EMPTY);
  root.append(h('div', { class: 'chart-switch' }, select), body, empty);
  /** @type {((x: number) => import('./lines.js').Told)|null} */
  let told = null;
  const lines = createLines(body, {
    onPoint: () => {},
    tell: (x) => told?.(x) ?? null,
    onPick: (x) => pickStep(store, x),
  });

  const offer = whenChanged(
    (state) => [state.run.outside?.logged],
    (/** @type {State} */ state) => {
      const before = select.value;
      const names = curvesOf(state);
      // until the caller's first number comes the ratio stands there, chosen by nobody
      const chosen = names.includes(before) && before !== RATIO ? before : names[0];
      select.replaceChildren(...names.map((name) => h('option', { value: name, selected: name === chosen }, name)));
      draw.again();
    },
  );

  const draw = whenChanged(
    ({ history, theme, shown, step }) => [history, theme, shown, step],
    (/** @type {State} */ state) => {
      const { history, theme, shown, step, run } = state;
      const [style] = looksOf(state);
      const x = history.steps.subarray(0, history.length);
      const name = select.value;
      const { y, range, ticks, say } = curveOf(state, name);
      const end = Math.max(x[x.length - 1], 1);
      const band = name === RATIO ? run.outside?.about.request.band : null;
      const edges = band ? [band.low, band.high] : [];
      const steps = ticksTo(end);
      told = (at) => {
        const row = Math.max(0, rowOf(history, Math.round(at)));
        const value = Number.isNaN(y[row]) ? 'not given here' : say(y[row]);
        return { title: `step ${x[row]}`, notes: [], rows: [{ text: `${name} ${value}`, color: style.color }] };
      };
      lines.update({
        series: [
          { x, y, ...style },
          ...edges.map((edge) => ({
            x: [0, end],
            y: [Math.log10(edge), Math.log10(edge)],
            color: PALETTES[theme].soft,
            dash: BAND,
            label: 'band',
          })),
        ],
        theme,
        xRange: [0, end],
        yRange: range,
        yTitle: name,
        xTitle: 'step',
        xTicks: { values: steps, texts: steps.map(String) },
        yTicks: ticks,
        cursor: shown === 'live' ? null : step,
      });
    },
  );

  /** @param {State} state */
  function update(state) {
    root.hidden = state.run.outside === null;
    if (root.hidden) return;
    offer(state);
    const has = state.history.length > 0;
    empty.hidden = has;
    body.style.visibility = has ? 'visible' : 'hidden';
    if (has) draw(state);
  }

  return {
    update,
    figure: () => lines.figure(),
    destroy() {
      lines.destroy();
      root.replaceChildren();
    },
  };
}
