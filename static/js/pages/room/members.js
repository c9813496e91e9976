/** @file The members: their names, who has answered, their runs; renamed or removed by a tap; exports, the end. */
import { h } from '../../view/dom.js';
import { createMemberRuns } from './memberruns.js';
import { keyed } from './parts.js';

/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {import('../../wire').RoomRun} RoomRun */
/** @typedef {import('../../wire').SeatView & {here: boolean, runs: RoomRun[]}} Row */

/**
 * The rows of a list: all who are here, and those who are not and left something behind.
 *
 * @param {import('../../wire').SeatView[]} seats @param {RoomRun[]} runs
 * @returns {Row[]}
 */
export function rowsOf(seats, runs) {
  const here = new Set(seats.map(({ seat }) => seat));
  const gone = new Map(runs.filter(({ seat }) => !here.has(seat)).map(({ seat, member }) => [seat, member]));
  return [
    ...seats.map((one) => ({ ...one, here: true })),
    ...[...gone].map(([seat, name]) => ({ seat, name, answered: false, silent: false, network: null, here: false })),
  ].map((one) => ({ ...one, runs: runs.filter(({ seat }) => seat === one.seat) }));
}

/**
 * @param {RoomSource} source
 * @param {(act: () => Promise<unknown>) => Promise<void>} act
 * @param {(wish: Record<string, unknown>) => Promise<void>} change
 */
export function createMembers(source, act, change) {
  const list = h('ul', { class: 'room-members' });
  const names = h('input', { type: 'checkbox' });
  const save = (/** @type {string} */ text, /** @type {Record<string, string>} */ query, /** @type {string} */ file) =>
    button(text, () =>
      act(async () => {
        const blob = await source.export({ ...query, names: String(names.checked) });
        const link = h('a', { href: URL.createObjectURL(blob), download: file });
        link.click();
        URL.revokeObjectURL(link.href);
      }),
    );
  const end = button('End the room', () => {
    if (end.dataset.sure) void act(source.end);
    else {
      end.dataset.sure = 'yes';
      end.textContent = 'Delete all of it now';
    }
  });
  const tools = h(
    'div',
    { class: 'room-tools' },
    save('Report', { format: 'html' }, 'room.html'),
    save('Answers (CSV)', { format: 'csv' }, 'answers.csv'),
    save('Networks (CSV)', { format: 'csv', of: 'networks' }, 'networks.csv'),
    save('Runs (CSV)', { format: 'csv', of: 'runs' }, 'runs.csv'),
    h('label', { class: 'room-check' }, names, ' with names'),
    end,
  );
  const only = h('input', { type: 'checkbox', onchange: () => list.toggleAttribute('data-only-runs', only.checked) });
  const sum = h('span', { class: 'room-quiet', role: 'status' });
  const filter = h('p', { class: 'room-tools' }, h('label', { class: 'room-check' }, only, ' only with runs'), sum);
  const crowd = h('p', { class: 'room-tools' });
  const acts = {
    tell: (/** @type {string} */ id, /** @type {string} */ state) => act(() => source.tell(id, state)),
    remove: (/** @type {string} */ id) => act(() => source.forget(id)),
    show: (/** @type {string} */ address) => change({ screen: address }),
  };
  const silent = button('', () => {
    if (silent.dataset.sure) {
      delete silent.dataset.sure;
      return act(source.removeSilent);
    }
    silent.dataset.sure = 'yes';
    return tellSilent();
  });
  silent.addEventListener('blur', () => {
    delete silent.dataset.sure;
    tellSilent();
  });
  let numSilent = 0;
  const tellSilent = () => {
    silent.hidden = numSilent === 0;
    const whom = `${numSilent} who never did anything`;
    silent.textContent = silent.dataset.sure ? `Yes, take out ${whom}` : `Take out ${whom}`;
  };
  tellSilent();
  crowd.append(silent);
  let hidden = false;
  const write = keyed(
    list,
    (/** @type {Row & {at: number}} */ { seat }) => seat,
    ({ seat }) => {
      const member = h('span', { class: 'room-member' });
      const words = h('span', { class: 'room-quiet' });
      const network = h('a', { target: '_blank', rel: 'noopener' });
      const rename = button('Rename', () => act(() => source.rename(seat)));
      const remove = button('Take out', () => act(() => source.remove(seat)));
      const runs = createMemberRuns(acts);
      return {
        element: h('li', {}, member, words, network, rename, remove, runs.element),
        update(row) {
          const shown = hidden ? `Member ${row.at}` : row.name;
          member.textContent = shown;
          words.textContent = row.here ? (row.answered && 'answered') || '' : 'not here any more';
          network.hidden = row.network === null;
          network.textContent = row.network?.label ?? '';
          network.href = row.network?.address ?? '';
          rename.setAttribute('aria-label', `Rename ${shown}`);
          remove.setAttribute('aria-label', `Take out ${shown}`);
          rename.hidden = remove.hidden = !row.here;
          runs.element.setAttribute('aria-label', `Runs of ${shown}`);
          runs.update(row.runs, hidden);
        },
      };
    },
  );
  return {
    element: h('section', { 'aria-label': 'Members' }, tools, filter, crowd, list),
    /** @param {import('./codeview.js').Shown} shown */
    update({ host, hidden: hide, runs }) {
      hidden = hide;
      const alive = runs.filter(({ state }) => ['queued', 'running', 'paused'].includes(state)).length;
      sum.textContent = runs.length === 0 ? 'Nobody has started a run.' : `${alive} of ${runs.length} runs under way`;
      numSilent = (host?.seats ?? []).filter((one) => one.silent).length;
      tellSilent();
      write(rowsOf(host?.seats ?? [], runs).map((row, i) => ({ ...row, at: i + 1 })));
    },
  };
}

/** @param {string} text @param {() => unknown} onClick */
function button(text, onClick) {
  return h('button', { type: 'button', class: 'button small', onclick: () => void onClick() }, text);
}
