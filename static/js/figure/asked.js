/**
 * @file A figure from a request that is plain data, which Python sends to Node. The sender has checked the request.
 *   Pure.
 */
import { diagramFigure } from './diagramfigure.js';
import { heatmapFigure } from './heatmapfigure.js';
import { isLinear, namesOf, placesAlong } from './measures.js';
import { letterAt } from './networks.js';
import { profileFigure } from './profilefigure.js';
import { magnitudesOf, QUANTITIES } from './quantity.js';
import { decadeRange } from './scale.js';
import { decodeValues, emptyColumns } from './values.js';

/** @typedef {import('./history.js').Columns} Columns */
/** @typedef {import('./history.js').ColumnName} ColumnName */
/** @typedef {import('./measures.js').Names} Names */
/** @typedef {import('../view/state/state.js').Summary} Summary */
/** @typedef {import('../view/state/state.js').State} State */
/**
 * @typedef {{names: Names, values: Record<string, (number|string|null)[]>, dropped: string[], precision: string}}
 *   Measured columns and what they are aligned to
 */
/** @typedef {{label: string, names: Names, precision: string}} Network */

/**
 * @typedef {{figure: 'diagram', networks: {summary: Summary, label: string, skips: boolean[]}[], values:
 *   Measured[]|null, quantity: State['quantity'], batch_size: number, width: number, height: number, view:
 *   State['view'],
 * brush: State['brush'], span: [number, number]|null, scope: State['scale']['scope'], theme: State['theme']}}
 * AskedDiagram
 * @typedef {{figure: 'profile', networks: Network[], values: Measured[], measure: ColumnName, span: [number,
 *   number]|null, theme: State['theme'], width: number, height: number}} AskedProfile
 * @typedef {{figure: 'heatmap', networks: Network[], steps: (Measured & {step: number})[][], changes:
 *   import('./heatmapfigure.js').Change[], measure: ColumnName, span: [number, number]|null, theme: State['theme'],
 *   width: number, height: number}} AskedHeatmap
 */

/**
 * Draw what is asked for.
 *
 * @param {AskedDiagram|AskedProfile|AskedHeatmap} asked
 * @returns {import('./drawing.js').Figure}
 */
export function draw(asked) {
  switch (asked.figure) {
    case 'diagram':
      return diagram(asked);
    case 'profile':
      return profileFigure(
        asked.networks.map(({ label, names, precision }, v) => {
          const along = placesAlong(names, asked.measure);
          const numbers = new Map(read(asked.values[v], names, asked.measure));
          return {
            label: precision === 'float32' ? label : `${label}, ${precision}`,
            letter: letterAt(v),
            names: along,
            numbers: along.map((name) => numbers.get(name) ?? NaN),
          };
        }),
        asked,
      );
    case 'heatmap':
      return heatmapFigure(
        asked.networks.map(({ label, names, precision }, v) => {
          const own = asked.steps[v];
          const columns = own.map((one) => read(one, names, asked.measure));
          return {
            label,
            precision,
            letter: letterAt(v),
            names: namesOf(names, asked.measure),
            steps: own.map(({ step }) => step),
            dropped: own.map(({ dropped }) => dropped),
            rows: namesOf(names, asked.measure).map((_, r) => columns.map((column) => column[r][1])),
          };
        }),
        asked,
      );
  }
}

/** @param {AskedDiagram} asked */
function diagram({ networks, values, quantity, batch_size, width, height, view, brush, span, scope, theme }) {
  const variants = networks.map(({ summary, label, skips }, v) => ({
    summary,
    label,
    letter: letterAt(v),
    skips,
    usualSkips: skips,
    strength: skips.map(() => 1),
    architecture: summary.architecture,
    description: {},
    preset: null,
    theory: null,
    precision: values?.[v].precision ?? 'float32',
    taps: summary.graph.taps.map(({ name }) => name),
    weights: summary.graph.weights,
    blocks: summary.graph.blocks.map(({ name }) => name),
  }));
  const columns = (values ?? []).map((one, v) => decode(one, variants[v]));
  const logs = columns.flatMap((one, v) => {
    const { branch, skip, trunk, layers } = magnitudesOf(quantity, variants[v], one, batch_size);
    return [...branch, ...skip, ...trunk, ...layers.values()];
  });
  const [low, high] = span ?? (QUANTITIES[quantity].linear ? null : decadeRange(logs)) ?? [-6, 0];
  const state = {
    theme,
    quantity,
    view,
    brush,
    variants,
    values: columns,
    measured: null,
    settings: { batch_size },
    scale: { low, high, scope, locked: false, held: null },
    scores: (values ?? []).map(({ dropped }) => ({ dropped })),
  };
  return diagramFigure(/** @type {State} */ (/** @type {unknown} */ (state)), { width, height });
}

/**
 * A measure's numbers as they are drawn, with their names.
 *
 * @param {Measured} measured
 * @param {Names} names
 * @param {ColumnName} measure
 * @returns {[string, number][]}
 */
function read(measured, names, measure) {
  const column = decode(measured, names)[measure];
  return namesOf(names, measure).map((name, i) => [name, isLinear(measure) ? column[i] : Math.log10(column[i])]);
}

/**
 * The columns in the order of these names; NaN for a name without a number.
 *
 * @param {Measured} measured
 * @param {Names} wanted
 * @returns {Columns}
 */
function decode({ names, values }, wanted) {
  const columns = decodeValues(/** @type {Partial<import('../wire').Values>} */ (values), names);
  const found = emptyColumns(wanted);
  for (const [measure, column] of Object.entries(columns)) {
    const place = new Map(namesOf(names, /** @type {ColumnName} */ (measure)).map((name, i) => [name, i]));
    namesOf(wanted, /** @type {ColumnName} */ (measure)).forEach((name, i) => {
      found[/** @type {ColumnName} */ (measure)][i] = column[place.get(name) ?? -1] ?? NaN;
    });
  }
  return found;
}
