/**
 * @file The comparison as a table: a row a step, for each line its accuracy, loss and gradient ratio. Written while it
 *   is open.
 */

import { formatNumber } from '../../figure/scale.js';
import { h } from '../../view/dom.js';

/** @typedef {import('./comparedlines.js').Line} Line */

const MEASURES = /** @type {const} */ ([
  ['accuracy', 'accuracy'],
  ['loss', 'loss'],
  ['ratio', 'gradient ratio'],
]);

/** @param {HTMLElement} root */
export function createTwin(root) {
  const table = h('table', { class: 'twin-table' });
  const details = h(
    'details',
    { class: 'twin-details', ontoggle: () => write() },
    h('summary', {}, 'The same numbers as a table'),
    h('div', { class: 'twin-scroll', tabindex: '0', role: 'region', 'aria-label': 'Numbers of the comparison' }, table),
  );
  root.append(details);
  /** @type {Line[]} */
  let lines = [];

  const write = () => {
    if (!details.open) {
      table.replaceChildren();
      return;
    }
    const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
    table.replaceChildren(
      h('caption', {}, 'Accuracy, loss and gradient ratio by step'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col', rowspan: 2 }, 'step'),
          ...lines.map(({ label }) => h('th', { scope: 'colgroup', colspan: MEASURES.length }, label)),
        ),
        h('tr', {}, ...lines.flatMap(() => MEASURES.map(([, title]) => h('th', { scope: 'col' }, title)))),
      ),
      h(
        'tbody',
        {},
        ...steps.map((step) =>
          h(
            'tr',
            { 'data-step': step },
            h('th', { scope: 'row' }, String(step)),
            ...lines.flatMap((line) => {
              const at = line.steps.indexOf(step);
              return MEASURES.map(([measure]) =>
                h('td', { 'data-line': line.label, 'data-measure': measure }, at < 0 ? '' : textOf(line[measure][at])),
              );
            }),
          ),
        ),
      ),
    );
  };

  return {
    /** @param {Line[]} next */
    update(next) {
      if (JSON.stringify(next) === JSON.stringify(lines)) return;
      lines = next;
      write();
    },
  };
}

/** Plain digits: they are read aloud, copied and parsed. @param {number} value */
function textOf(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : formatNumber(value);
}
