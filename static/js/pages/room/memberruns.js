/** @file A member's runs, as the host has them: name, state, progress; pause, go on, stop, remove, show. */
import { h } from '../../view/dom.js';
import { keyed } from './parts.js';

/** @typedef {import('../../wire').RoomRun} RoomRun */
/**
 * @typedef {object} Acts of a host
 * @property {(id: string, state: string) => Promise<void>} tell
 * @property {(id: string) => Promise<void>} remove
 * @property {(address: string) => Promise<void>} show on everyone's screen
 */

/** @param {RoomRun} run */
export function runWords({ state, done, total, reason }) {
  const far = done === null ? '' : ` ${done} of ${total}`;
  return `${state}${state === 'queued' ? '' : far}${reason ? `, ${reason}` : ''}`;
}

/** The name of a run; its member may have given it. @param {RoomRun} run @param {boolean} hidden */
export function runName({ name, networks, kind }, hidden) {
  const of = networks.join(' beside ');
  const said = (!hidden && name) || of || kind;
  return kind === 'training' ? said : `${kind}: ${said}`;
}

/** @param {Acts} acts */
export function createMemberRuns(acts) {
  const list = h('ul', { class: 'room-runs' });
  let hidden = false;
  const write = keyed(
    list,
    (/** @type {RoomRun} */ { id }) => id,
    (first) => rowOf(first, acts, () => hidden),
  );
  return {
    element: list,
    /** @param {RoomRun[]} runs @param {boolean} hide */
    update(runs, hide) {
      hidden = hide;
      write(runs);
    },
  };
}

/** @param {RoomRun} first @param {Acts} acts @param {() => boolean} hidden */
function rowOf({ id, address }, acts, hidden) {
  const link = h('a', { href: address, target: '_blank', rel: 'noopener' });
  const words = h('span', { class: 'room-quiet' });
  const bar = h('progress', { max: 1 });
  const pause = button('Pause', () => acts.tell(id, 'paused'));
  const on = button('Go on', () => acts.tell(id, 'running'));
  const stop = button('Stop', () => acts.tell(id, 'stopped'));
  const show = button('Show to all', () => acts.show(address));
  const remove = button('Delete the run', () => {
    if (remove.dataset.sure) return acts.remove(id);
    remove.dataset.sure = 'yes';
    return write('Delete it now');
  });
  const write = async (/** @type {string} */ text) => {
    remove.textContent = text;
  };
  remove.addEventListener('blur', () => {
    delete remove.dataset.sure;
    void write('Delete the run');
  });
  const states = /** @type {const} */ ([
    [pause, 'paused'],
    [on, 'running'],
    [stop, 'stopped'],
  ]);
  return {
    element: h('li', { 'data-run': id }, link, words, bar, pause, on, stop, remove, show),
    /** @param {RoomRun} run */
    update(run) {
      const name = runName(run, hidden());
      link.textContent = name;
      words.textContent = runWords(run);
      bar.hidden = run.done === null || !run.total;
      if (run.done !== null && run.total) bar.value = run.done / run.total;
      bar.setAttribute('aria-label', `How far ${name} is`);
      for (const [made, state] of states) {
        const can = run.possible.includes(state) && !(state === 'running' && run.state !== 'paused');
        if (!can && document.activeElement === made) remove.focus(); // the keyboard's place stays in the row
        made.hidden = !can;
      }
    },
  };
}

/** @param {string} text @param {() => Promise<void>} onClick */
function button(text, onClick) {
  return h('button', { type: 'button', class: 'button small', onclick: () => void onClick() }, text);
}
