/** @file The table of runs: open, compare, rename, export, delete. */

import { letterAt } from '../../figure/networks.js';
import { formatDecade, formatNumber } from '../../figure/scale.js';
import { numberOf } from '../../figure/values.js';
import { h, svg } from '../../view/dom.js';
import { keepFocus } from './keepfocus.js';
import { ago, describe, sparkline, titleOf } from './rundigest.js';

/** @typedef {import('./rundigest.js').Run} Run */
/**
 * @typedef {object} Acts
 * @property {(run: Run, name: string) => Promise<void>} rename
 * @property {(run: Run) => Promise<void>} remove
 * @property {(run: Run, on: boolean) => void} compare
 */

const SPARK = { width: 120, height: 30 };
const HEAD = [
  ['Compare', 'runs-check'],
  ['Run', ''],
  ['State', ''],
  ['Steps', 'runs-steps'],
  ['Accuracy', ''],
  ['Gradient ratio, first block over last', 'runs-spark-cell'],
  ['When', 'runs-when'],
  ['', ''],
];

/**
 * Draw the table anew; the keyboard's place in it stays.
 *
 * @param {HTMLElement} root
 * @param {Run[]} runs
 * @param {Map<string, number>} compared ids and their numbers, counted from 1
 * @param {Acts} acts
 */
export function drawList(root, runs, compared, acts) {
  keepFocus(root, () => draw(root, runs, compared, acts));
}

/** @param {HTMLElement} root @param {Run[]} runs @param {Map<string, number>} compared @param {Acts} acts */
function draw(root, runs, compared, acts) {
  if (runs.length === 0) {
    root.replaceChildren(
      h(
        'p',
        { class: 'runs-empty' },
        'Nothing was run yet. ',
        h('a', { href: '/' }, 'Explore'),
        ' has a network that waits: press play there.',
      ),
    );
    return;
  }
  root.replaceChildren(
    h(
      'table',
      { class: 'runs-table' },
      h('thead', {}, h('tr', {}, ...HEAD.map(([text, name]) => h('th', { scope: 'col', class: name }, text)))),
      h('tbody', {}, ...runs.map((run) => row(run, compared, acts))),
    ),
  );
}

/** @param {Run} run @param {Map<string, number>} compared @param {Acts} acts */
function row(run, compared, acts) {
  const title = titleOf(run);
  const check = h('input', {
    type: 'checkbox',
    'data-act': 'compare',
    'aria-label': `Compare ${title}`,
    disabled: run.digest === null || (compared.size >= 4 && !compared.has(run.id)),
    checked: compared.has(run.id),
    onchange: () => acts.compare(run, check.checked),
  });
  const name = h('th', { scope: 'row' });
  const rest = () =>
    name.replaceChildren(
      h(
        'div',
        { class: 'runs-title' },
        h('a', { href: `/?run=${run.id}`, 'data-act': 'open' }, title),
        h('small', {}, describe(run)),
      ),
    );
  rest();
  const rename = () => {
    const input = h('input', {
      class: 'runs-rename',
      'data-act': 'rename',
      value: run.name,
      maxlength: 80,
      placeholder: title,
      'aria-label': `New name of ${title}`,
    });
    let done = false;
    const finish = (/** @type {boolean} */ keep) => {
      if (done) return;
      done = true;
      if (keep && input.value !== run.name) void acts.rename(run, input.value);
      else rest();
    };
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      finish(event.key === 'Enter');
      renaming.focus();
    });
    input.addEventListener('blur', () => finish(true));
    name.replaceChildren(input);
    input.focus();
    input.select();
  };
  const renaming = h(
    'button',
    { type: 'button', class: 'button small', 'data-act': 'rename', onclick: rename, 'aria-label': `Rename ${title}` },
    'Rename',
  );
  const number = compared.get(run.id);
  return h(
    'tr',
    { 'data-run': run.id },
    h(
      'td',
      { class: 'runs-check' },
      check,
      Boolean(number) && h('span', { title: 'Its number in the comparison' }, String(number)),
    ),
    name,
    h(
      'td',
      {},
      h(
        'span',
        { class: 'runs-state', 'data-state': run.state },
        run.queue_position ? `queued, place ${run.queue_position}` : run.state,
      ),
      run.reason && h('span', { class: 'runs-reason' }, run.reason),
    ),
    h(
      'td',
      { class: 'number runs-steps' },
      `${run.recorded} of ${Math.ceil(run.request.steps / run.request.record_every)}`,
    ),
    h('td', { class: 'number' }, lastAccuracy(run)),
    h('td', { class: 'runs-spark-cell' }, spark(run)),
    h(
      'td',
      { class: 'runs-when' },
      h(
        'time',
        { datetime: new Date(run.created * 1000).toISOString(), title: new Date(run.created * 1000).toLocaleString() },
        ago(run.created, Date.now() / 1000),
      ),
    ),
    h(
      'td',
      {},
      h(
        'div',
        { class: 'runs-acts' },
        run.own && renaming,
        exports(run, title),
        run.own &&
          h(
            'button',
            {
              type: 'button',
              class: 'button small',
              'data-act': 'delete',
              onclick: () => void acts.remove(run),
              'aria-label': `Delete ${title}`,
            },
            'Delete',
          ),
        !run.own && h('span', { class: 'runs-others', title: 'Open it to make a copy of your own' }, 'another\u2019s'),
      ),
    ),
  );
}

/** @param {Run} run @param {string} title */
function exports(run, title) {
  const link = (/** @type {string} */ text, /** @type {string} */ href) => h('a', { href, download: '' }, text);
  return h(
    'details',
    { class: 'menu' },
    h('summary', { class: 'button small', 'data-act': 'export', 'aria-label': `Export ${title}` }, 'Export'),
    h(
      'div',
      { class: 'menu-body' },
      ...['json', 'csv', 'parquet'].map((format) =>
        link(format === 'parquet' ? 'Parquet' : format.toUpperCase(), `${run.history}?format=${format}`),
      ),
      run.recorded > 0 && link('Offline page (HTML)', `/runs/${run.id}/offline.html`),
    ),
  );
}

/** @param {Run} run */
function lastAccuracy({ digest }) {
  if (!digest) return '';
  return digest.variants
    .map(({ accuracy }) => {
      const last = accuracy.at(-1);
      return typeof last !== 'number' ? 'n/a' : `${formatNumber(Number((last * 100).toPrecision(2)))}\u00a0%`;
    })
    .join(', ');
}

/** @param {Run} run */
function spark({ digest }) {
  const lines =
    digest &&
    sparkline(
      digest.variants.map((one) => one.gradient_ratio),
      SPARK,
    );
  if (!digest || !lines) return null;
  const { paths, low, high } = lines;
  const ends = digest.variants.map(
    ({ label, gradient_ratio }) => `${label} ends at ${formatNumber(numberOf(gradient_ratio.at(-1)))}`,
  );
  const title = `Gradient ratio from ${formatDecade(low)} to ${formatDecade(high)}: ${ends.join(', ')}`;
  return h(
    'div',
    {},
    svg(
      'svg',
      {
        class: 'spark',
        width: SPARK.width,
        height: SPARK.height,
        viewBox: `0 -1 ${SPARK.width} ${SPARK.height + 2}`,
        role: 'img',
        'aria-label': title,
      },
      ...paths.map((d, v) =>
        svg('path', {
          d,
          fill: 'none',
          style: `stroke:var(--network-${letterAt(v).toLowerCase()})`,
          'stroke-width': 1.5,
        }),
      ),
    ),
    h('span', { class: 'spark-labels' }, `${formatDecade(low)} to ${formatDecade(high)}`),
  );
}
