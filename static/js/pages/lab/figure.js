/** @file The figure of an experiment, as Python made it: in the page's theme and width, with its legend above. */
import { CONFIG, FONT } from '../../figure/drawing.js';
import { arranged } from '../../figure/lab/arranged.js';
import { legendOf } from '../../figure/lab/legend.js';
import { themed } from '../../figure/lab/themed.js';
import { lookOf } from '../../figure/networks.js';
import { h, svg } from '../../view/dom.js';
import { letterMark } from '../../view/lettermark.js';
import { whenChanged } from '../../view/state/select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').View} View */
/** @typedef {import('../../figure/drawing.js').Figure} Figure */

/**
 * @param {HTMLElement} root
 * @param {(figure: Figure) => Promise<import('../../view/plotly.js').PlotlyStatic>} plotly
 * @returns {View}
 */
export function mountFigure(root, plotly) {
  const legend = h('ul', { class: 'lab-legend', 'aria-label': 'Networks of the figure' });
  const plot = h('div', { class: 'lab-plot', role: 'img' });
  root.append(legend, plot);
  /** @type {State|null} */
  let newest = null;
  /** @type {(() => void)|null} */
  let purge = null;
  let [drawing, again, gone] = [false, false, false];

  const draw = async () => {
    if (drawing) {
      again = true;
      return;
    }
    const figure = /** @type {Figure|null} */ (newest?.experiment?.figure ?? null);
    root.hidden = figure === null;
    if (!figure || !newest) return;
    drawing = true;
    const { theme, kind } = newest;
    // plotly.js writes into what it draws
    const { data, layout } = structuredClone(themed(arranged(figure, Math.floor(root.clientWidth)), theme));
    legend.replaceChildren(...legendOf(figure).map((one) => entry(one, theme)));
    plot.setAttribute('aria-label', `${kind.title} The numbers of this figure are in the tables below it.`);
    const Plotly = await plotly(figure);
    if (!gone) {
      await Plotly.react(
        plot,
        data,
        { ...layout, font: { .../** @type {object} */ (layout.font), family: FONT } },
        CONFIG,
      );
      purge = () => Plotly.purge(plot);
    }
    drawing = false;
    if (again && !gone) {
      again = false;
      await draw();
    }
  };
  const sized = new ResizeObserver(() => void draw());
  sized.observe(root.parentElement ?? root);
  const update = whenChanged(
    (/** @type {State} */ { experiment, theme }) => [experiment?.figure, theme],
    () => void draw(),
  );
  return {
    update(state) {
      newest = state;
      update(state);
    },
    destroy() {
      gone = true;
      sized.disconnect();
      purge?.();
      root.replaceChildren();
    },
  };
}

/** @param {import('../../figure/lab/legend.js').Entry} one @param {State['theme']} theme */
function entry({ letter, name, dash, color, dots }, theme) {
  const look = letter && lookOf(letter, theme);
  const stroke = look ? look.color : themed(color, theme);
  const line = svg(
    'svg',
    { width: 26, height: 8, 'aria-hidden': 'true' },
    dots
      ? svg('circle', { cx: 13, cy: 4, r: 3, stroke, 'stroke-width': 1.5, fill: dots === 'open' ? 'none' : stroke })
      : svg('line', { x1: 0, y1: 4, x2: 26, y2: 4, stroke, 'stroke-width': 2, 'stroke-dasharray': dash }),
  );
  return h('li', {}, look ? letterMark(look) : null, h('span', {}, name), line);
}
