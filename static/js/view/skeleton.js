/** @file The places of a laboratory's parts, for an element that has none; the template of Explore has them itself. */
import { h } from './dom.js';
import { explainedName } from './help/explained.js';

/** @type {[string, string][]} */
const CHARTS = [
  ['gradient', 'Gradient by depth'],
  ['activation', 'Activation by depth'],
  ['curves', 'Training'],
  ['branch', 'Branch by depth'],
];

/**
 * Make the places.
 *
 * @param {readonly string[]|null} parts their names; all where null
 * @param {boolean} whole whether they have the document to themselves
 * @param {boolean} explains whether their titles open explanations
 */
export function skeleton(parts, whole, explains) {
  const wanted = (/** @type {string} */ name) => parts === null || parts.includes(name);
  /**
   * @param {'div'|'p'|'aside'|'ul'|'section'} tag
   * @param {string} name
   * @param {Record<string, string|boolean>} [attributes]
   */
  const place = (tag, name, attributes = {}) => wanted(name) && h(tag, { 'data-part': name, ...attributes });
  /**
   * An element, unless nothing is in it.
   *
   * @param {'div'|'section'|'header'} tag
   * @param {Record<string, string>} attributes
   * @param {...(HTMLElement|false)} children
   */
  const around = (tag, attributes, ...children) => children.some(Boolean) && h(tag, attributes, ...children);
  const charts = CHARTS.map(
    ([name, title]) =>
      wanted(name) &&
      h(
        'figure',
        { class: 'panel chart', 'data-chart': name },
        h('figcaption', {}, explainedName({ explains }, name, title)),
        h('div', { 'data-part': name, class: 'chart-body' }),
      ),
  );
  return h(
    'div',
    { class: whole ? 'laboratory whole' : 'laboratory' },
    around(
      'div',
      { class: 'laboratory-head' },
      place('div', 'presets', { class: 'presets', 'data-control': 'presets' }),
      place('div', 'transport', {
        class: 'transport',
        'data-control': 'transport',
        role: 'group',
        'aria-label': 'Training',
      }),
      place('div', 'share', { class: 'share', 'data-control': 'share' }),
    ),
    h(
      'div',
      { class: 'first-view' },
      place('section', 'controls', { class: 'controls', 'data-control': 'controls', 'aria-label': 'Settings' }),
      h(
        'div',
        { class: 'notices' },
        h('p', { 'data-part': 'problem', class: 'problem', role: 'alert', hidden: true }),
        h('p', { 'data-part': 'connection', class: 'connection', role: 'status', hidden: true }),
        h('p', { 'data-part': 'alert', class: 'alert', role: 'alert', hidden: true }),
      ),
      place('p', 'headline', { class: 'headline' }),
      place('div', 'outside', { class: 'outside', hidden: true }),
      around(
        'div',
        { class: 'explore' },
        around(
          'section',
          { class: 'panel diagram-panel', 'aria-label': 'Diagram' },
          around(
            'header',
            { class: 'panel-head' },
            place('div', 'quantity', { 'data-control': 'quantity' }),
            place('div', 'tools', {
              class: 'tools',
              'data-control': 'toggles',
              role: 'group',
              'aria-label': 'Skip connections',
            }),
            place('div', 'legend', { class: 'legend' }),
          ),
          place('div', 'diagram', { class: 'diagram' }),
        ),
        around('section', { class: 'charts', 'aria-label': 'Charts' }, ...charts),
        around(
          'section',
          { class: 'panel heatmap-panel', 'aria-label': 'Every layer, every step' },
          around(
            'header',
            { class: 'panel-head' },
            place('div', 'heat', { class: 'tool-group', 'data-control': 'quantity' }),
            place('div', 'heatmap-scale', { class: 'tool-group', 'data-control': 'scale' }),
            place('ul', 'codes', { class: 'heatmap-codes', 'aria-label': 'Colours for values that are no number' }),
            place('div', 'scrubber', { class: 'scrubber', 'data-control': 'scrubber' }),
          ),
          place('div', 'heatmap', { class: 'heatmap' }),
        ),
        place('section', 'batch', { class: 'panel batch-panel', 'data-control': 'batch' }),
        place('aside', 'details', { class: 'panel details', hidden: true }),
      ),
    ),
    around(
      'section',
      { class: 'below' },
      place('p', 'sentence', { class: 'sentence', role: 'status', 'aria-live': 'polite' }),
      place('div', 'twin', { class: 'twin' }),
    ),
  );
}
