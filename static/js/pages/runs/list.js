/** @file The table of runs: open, compare, rename, export, delete. */

import { tellSize } from '../../figure/size.js';
import { h } from '../../view/dom.js';
import { tellWaiting } from '../../view/state/time.js';
import { accuracies, spark } from './cells.js';
import { keepFocus } from './keepfocus.js';
import { ago, alertOf, describe, titleOf } from './rundigest.js';

/** @typedef {import('./rundigest.js').Run} Run */
/**
 * @typedef {object} Acts
 * @property {(run: Run, name: string) => Promise<void>} rename
 * @property {(run: Run) => Promise<void>} annotate
 * @property {(tag: string) => void} find list runs with a tag alone
 * @property {(run: Run) => Promise<void>} trainOn
 * @property {(run: Run) => Promise<void>} remove
 * @property {(run: Run, on: boolean) => void} compare
 */

const HEAD = [
  ['Compare', 'runs-check'],
  ['Run', ''],
  ['State', ''],
  ['Step', 'runs-steps'],
  ['Accuracy at the last step', 'runs-accuracy'],
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
 * @param {boolean} all whether none is left out
 */
export function drawList(root, runs, compared, acts, all) {
  keepFocus(root, () => draw(root, runs, compared, acts, all));
}

/**
 * @param {HTMLElement} root
 * @param {Run[]} runs
 * @param {Map<string, number>} compared
 * @param {Acts} acts
 * @param {boolean} all
 */
function draw(root, runs, compared, acts, all) {
  if (runs.length === 0 && !all) {
    root.replaceChildren(h('p', { class: 'runs-empty' }, 'No run matches all of this.'));
    return;
  }
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
        run.request?.weights ? h('small', {}, `starts from the weights ${run.request.weights}`) : null,
        run.notes !== '' && h('small', { class: 'runs-note' }, run.notes),
        run.experiment && h('a', { class: 'runs-whole', href: `/lab?experiment=${run.experiment}` }, 'its experiment'),
        run.tags.length > 0 &&
          h(
            'span',
            { class: 'runs-tags' },
            ...run.tags.map((tag) =>
              h(
                'button',
                {
                  type: 'button',
                  class: 'runs-tag',
                  title: `List runs with the tag ${tag}`,
                  onclick: () => acts.find(tag),
                },
                tag,
              ),
            ),
          ),
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
  const alert = alertOf(run);
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
        run.queue_position
          ? `queued, ${tellWaiting({ queuePosition: run.queue_position, queueSeconds: run.queue_seconds })}`
          : run.state,
      ),
      run.reason && h('span', { class: 'runs-reason' }, run.reason),
      alert !== '' && h('span', { class: 'runs-alert' }, h('strong', {}, 'Alert. '), alert),
      run.weights?.note ? h('span', { class: 'runs-reason' }, `its weights are not kept: ${run.weights.note}`) : null,
    ),
    h('td', { class: 'number runs-steps' }, stepOf(run)),
    h('td', { class: 'runs-accuracy' }, accuracies(run)),
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
        run.own &&
          h(
            'button',
            {
              type: 'button',
              class: 'button small',
              'data-act': 'annotate',
              onclick: () => void acts.annotate(run),
              'aria-label': `Tags and notes of ${title}`,
            },
            'Notes',
          ),
        exports(run, title),
        run.weights?.address
          ? h(
              'button',
              {
                type: 'button',
                class: 'button small',
                'data-act': 'train-on',
                onclick: () => void acts.trainOn(run),
                'aria-label': `Train on from the weights of ${title}`,
                title: 'A new run that starts from its final weights, paused',
              },
              'Train on',
            )
          : null,
        run.request &&
          h(
            'a',
            {
              class: 'button small',
              'data-act': 'lab',
              href: `/lab?run=${encodeURIComponent(run.id)}`,
              'aria-label': `${title} in the Lab`,
              title: 'Experiments of the literature on its networks',
            },
            'In the Lab',
          ),
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

/** The latest recorded step, and of how many where that is known. @param {Run} run */
function stepOf({ digest, request }) {
  const last = digest?.steps.at(-1);
  if (last === undefined) return '';
  return request ? `${last} of ${request.steps - 1}` : `recorded to ${last}`;
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
      run.request && run.recorded > 0 && link('Offline page (HTML)', `/runs/${run.id}/offline.html`),
      run.weights?.address ? link(`Weights (safetensors, ${tellSize(run.weights.bytes)})`, run.weights.address) : null,
    ),
  );
}
