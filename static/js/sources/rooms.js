/** @file A room of a server: as a member has it, and with the host's secret as the host has it. */
import { createRoomStream } from './roomstream.js';
import { followEvents, newKey, request } from './server.js';

/** Milliseconds that an act of a member may take until it is sent again: on lost Wi-Fi nothing says that it is lost. */
const PATIENCE = 10_000;

/** @typedef {import('../wire').RoomView} RoomView */
/** @typedef {import('../wire').HostView} HostView */
/**
 * @typedef {{id: number} & ({type: 'room', data: RoomView} | {type: 'status', data: import('../wire').RoomEnd})} Told
 */
/** @typedef {import('./source.js').Watcher<Told>} Watcher */
/** @typedef {import('../wire').NewAnswer['value']} Value */
/** @typedef {{value: Value, sure: number|null, turn: number}} Answer */

/**
 * Make the source of a room.
 *
 * @param {string} code
 * @param {string} [secret] the host's
 * @param {{ask?: typeof request, watch?: typeof followEvents}} [doors]
 */
export function roomOf(code, secret = '', { ask = request, watch = followEvents } = {}) {
  const at = `/api/rooms/${encodeURIComponent(code)}`;
  const soon = () => ({ signal: AbortSignal.timeout(PATIENCE) });
  /** @type {Record<string, string>} */
  const headers = secret ? { authorization: `Bearer ${secret}` } : {};
  return {
    /** @returns {Promise<RoomView>} */
    read: () => ask(at),
    /** @returns {Promise<{name: string}>} */
    propose: () => ask(`${at}/name`),
    /** @param {string} key @param {string|null} name @returns {Promise<{name: string}>} */
    join: (key, name) => ask(`${at}/members`, { method: 'POST', body: { key, name }, ...soon() }),
    /** To the seat that this key has, and to no other. @param {string} key @returns {Promise<{name: string}>} */
    comeBack: (key) => ask(`${at}/members`, { method: 'POST', body: { key, back: true }, ...soon() }),
    /** @param {string} key */
    leave: (key) => ask(`${at}/members/${key}`, { method: 'DELETE', ...soon() }),
    /** @param {string} key @returns {Promise<import('../wire').MemberView>} */
    me: (key) => ask(`${at}/members/${key}`, soon()),
    /** @param {string} key @param {number} question @param {Answer} body @returns {Promise<Answer>} */
    answer: (key, question, body) =>
      ask(`${at}/questions/${question}/answers/${key}`, { method: 'PUT', body, ...soon() }),
    /** @param {string} key @param {string} address */
    show: (key, address) => ask(`${at}/members/${key}/network`, { method: 'PUT', body: { address } }),
    /** @param {Watcher} watcher */
    watch: (watcher) => createRoomStream(at, watcher, watch),
    /** @returns {Promise<import('../wire').RoomRun[]>} what members started */
    runs: () => ask(`${at}/runs`, { headers }),
    /** @param {string} run @param {string} state */
    tell: (run, state) => ask(`${at}/runs/${encodeURIComponent(run)}`, { method: 'PATCH', body: { state }, headers }),
    /** @param {string} run */
    forget: (run) => ask(`${at}/runs/${encodeURIComponent(run)}`, { method: 'DELETE', headers }),
    /** @returns {Promise<HostView>} */
    host: () => ask(`${at}/host`, { headers }),
    /** @param {Record<string, unknown>} body @returns {Promise<RoomView>} */
    change: (body) => ask(at, { method: 'PATCH', body, headers }),
    end: () => ask(at, { method: 'DELETE', headers }),
    /** @param {string} phrase @returns {Promise<{secret: string, link: string}>} */
    recover: (phrase) => ask(`${at}/host`, { method: 'POST', body: { phrase } }),
    /** @param {number} seat */
    remove: (seat) => ask(`${at}/seats/${seat}`, { method: 'DELETE', headers }),
    /** Take out all who never did anything. @returns {Promise<import('../wire').RemovedSeats>} */
    removeSilent: () => ask(`${at}/seats`, { method: 'DELETE', headers }),
    /** @param {number} seat */
    rename: (seat) => ask(`${at}/seats/${seat}/name`, { method: 'PUT', body: {}, headers }),
    /** @returns {Promise<import('../wire').LessonTask[]>} */
    lessons: () => ask('/api/rooms/lessons'),
    /** @returns {Promise<import('../wire').PresetView[]>} */
    presets: () => ask('/api/architectures'),
    /** @returns {Promise<import('../wire').KindView[]>} */
    kinds: () => ask('/api/experiments'),
    /** @param {unknown[]} body a list of tasks @returns {Promise<unknown[]>} the same, as the server reads it */
    readTasks: (body) => ask(`${at}/tasks`, { method: 'POST', body, headers }),
    /** @param {number} link */
    picture: (link) => `${at}/qr.svg?link=${link}`,
    /** @param {Record<string, string>} query @returns {Promise<Blob>} */
    async export(query) {
      const answer = await fetch(`${at}/export?${new URLSearchParams(query)}`, { headers });
      if (!answer.ok) throw new Error(`the export was refused with ${answer.status}`);
      return answer.blob();
    },
  };
}

/** @typedef {ReturnType<typeof roomOf>} RoomSource */

/**
 * Open a room.
 *
 * @param {{title: string, free_names: boolean}} body
 * @returns {Promise<import('../wire').OpenedRoom>}
 */
export function openRoom(body) {
  return request('/api/rooms', { method: 'POST', body });
}

export { newKey };
