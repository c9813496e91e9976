/** @file The diagram as a figure that stands alone, with legend, strips and hover texts. Pure. */
import { bareStyles } from './bare.js';
import { figureOf } from './drawing.js';
import { hoverTexts } from './hovertexts.js';
import { layoutDiagram } from './layout.js';
import { withLegend } from './legendfigure.js';
import { drawnVariants } from './measured.js';
import { netOf } from './net.js';
import { withStrips } from './stripfigure.js';
import { stylesOf } from './styles.js';

/** @typedef {import('../view/state/state.js').State} State */

/**
 * Make the figure.
 *
 * @param {State} state without values where nothing was measured
 * @param {{width: number, height: number}} size to lay out for
 */
export function diagramFigure(state, { width, height }) {
  const layout = layoutDiagram({
    nets: state.variants.map(netOf),
    width,
    height,
    view: state.view,
    brush: state.brush,
  });
  const styles =
    state.values.length > 0 ? stylesOf(state, layout) : bareStyles(layout, drawnVariants(state), state.theme);
  const figure = withLegend(withStrips(figureOf(layout, styles, state.theme), state, layout), state, layout);
  const texts = hoverTexts(state, layout);
  const [boxes, labels, junctions, points, names, values, ...others] = figure.data;
  return {
    data: [
      { ...boxes, hovertext: texts.boxes, hoverinfo: 'text' },
      labels,
      { ...junctions, hovertext: texts.junctions, hoverinfo: 'text' },
      points,
      names,
      values,
      ...others.map((trace) =>
        trace.type === 'bar' ? { ...trace, hovertext: texts.cells, hoverinfo: 'text' } : trace,
      ),
    ],
    layout: { ...figure.layout, dragmode: 'pan' },
  };
}
