/**
 * @file Weights to start from: those that runs ended with and files that were sent, in a list; and a file to send.
 */
import { tellSize } from '../../figure/size.js';
import { Refusal } from '../../sources/source.js';
import { h } from '../dom.js';

/**
 * @typedef {object} Row something to start from
 * @property {string} id
 * @property {'run'|'upload'} source
 * @property {string} title
 * @property {string} detail
 */
/**
 * @typedef {object} Starting
 * @property {() => Promise<Row[]>} startable the newest first
 * @property {(row: Row) => Promise<void>} startFrom
 * @property {(file: File) => Promise<Row>} upload
 */

/**
 * @param {HTMLElement} root
 * @param {Starting} starting
 * @param {{none: string, chosen: (act: () => Promise<void>) => void}} options `none`: the words of an empty list;
 *   `chosen`: shuts what the list is in, and acts
 * @returns {{load: () => Promise<void>}}
 */
export function mountStartable(root, starting, { none, chosen }) {
  const list = h('ul', { class: 'startable-list' });
  const said = h('p', { class: 'tool-label', role: 'status' });
  const file = h('input', {
    type: 'file',
    accept: '.safetensors',
    class: 'visually-hidden',
    onchange: () => void send(),
  });
  root.append(list, said, h('label', { class: 'button small startable-file' }, 'Send a safetensors file', file));

  /** @param {Row} row */
  const entry = (row) =>
    h(
      'li',
      { 'data-weights': row.id },
      h(
        'button',
        { type: 'button', class: 'presets-choice', onclick: () => chosen(() => starting.startFrom(row)) },
        row.title,
      ),
      h('span', { class: 'presets-summary' }, row.detail),
    );

  const load = async () => {
    try {
      const rows = await starting.startable();
      list.replaceChildren(...rows.map(entry));
      said.textContent = rows.length > 0 ? '' : none;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      said.textContent = error.message;
    }
  };

  const send = async () => {
    const [one] = file.files ?? [];
    if (!one) return;
    said.textContent = `Sending ${one.name} (${tellSize(one.size)})`;
    try {
      const row = await starting.upload(one);
      list.prepend(entry(row));
      said.textContent = `${one.name} fits ${row.title}: choose it above.`;
      list.querySelector('button')?.focus();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      said.textContent = error.message;
    } finally {
      file.value = '';
    }
  };
  return { load };
}
