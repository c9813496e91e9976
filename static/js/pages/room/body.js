/** @file A task as a member sees it: its question and the fields, or the answers of all beside the measurement. */
import { h } from '../../view/dom.js';
import { createPicture } from './picture.js';
import { createQuestion } from './question.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {import('./question.js').Given} Given */

/** @param {number} members */
export function hereText(members) {
  if (members < 1) return '';
  return members === 1 ? 'One member is here.' : `${members} are here.`;
}

/**
 * Make it, for a room as it is now.
 *
 * @param {RoomView} room
 * @param {Given|null} own the member's answer that is kept
 * @param {(answer: Given) => void} onSend
 * @returns {{nodes: Node[], form: ReturnType<typeof createQuestion>|null}}
 */
export function bodyOf(room, own, onSend) {
  const { task, question } = room;
  if (!task) {
    return { nodes: [h('p', { class: 'room-wait' }, 'You are in. The first task appears here.')], form: null };
  }
  const link = task.address
    ? h('a', { class: 'button', href: task.address, target: '_blank', rel: 'noopener' }, 'Open the task')
    : null;
  const form = question && room.open && !room.distribution ? createQuestion(question, own, onSend) : null;
  const words = /** @type {Record<string, string>} */ ({
    discuss: 'Discuss it with your neighbours.',
    measure: link ? 'Measure it.' : 'Answers are closed. The reveal comes next.',
  });
  const isNamed = question !== null && question.text !== task.title;
  const parts = [
    h('h2', { class: 'room-asked' }, question?.text ?? task.title),
    h('p', { class: 'room-quiet' }, isNamed ? h('b', { class: 'room-task-title' }, task.title) : null, task.text),
    ...(room.distribution
      ? [createPicture(room, own?.value), link]
      : [form?.element ?? h('p', { class: 'room-wait' }, words[room.phase] ?? 'Answers are closed.')]),
    form || room.distribution ? null : link,
  ];
  return { nodes: /** @type {Node[]} */ (parts.filter(Boolean)), form };
}
