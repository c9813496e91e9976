/** @file The time that is left of a phase, by the server's clock. */

/** @typedef {import('../../wire').RoomView} RoomView */

/** The names of phases for people. */
export const PHASES = /** @type {const} */ ([
  ['predict', 'Predict'],
  ['discuss', 'Discuss'],
  ['predict_again', 'Predict again'],
  ['measure', 'Measure'],
  ['reveal', 'Reveal'],
  ['explain', 'Explain'],
]);

/** @param {string} phase */
export function phaseName(phase) {
  return PHASES.find(([name]) => name === phase)?.[1] ?? 'Soon';
}

/** Write seconds as 0:42. @param {number} seconds */
export function clockText(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/**
 * The seconds that are left; null without an end.
 *
 * @param {RoomView} room
 * @param {number} ahead seconds by which the server's clock is ahead of this one
 * @param {number} now
 */
export function secondsLeft(room, ahead, now = Date.now() / 1000) {
  if (room.remaining !== null) return room.remaining;
  return room.ends === null ? null : Math.max(0, room.ends - now - ahead);
}

/**
 * Write the time into an element, four times a second.
 *
 * @param {HTMLElement} element
 */
export function mountClock(element) {
  /** @type {RoomView|null} */
  let room = null;
  let ahead = 0;
  const write = () => {
    const left = room && secondsLeft(room, ahead);
    const text = left === null ? '' : clockText(left);
    const whole = room?.remaining === null || text === '' ? text : `${text}, paused`;
    if (element.textContent !== whole) element.textContent = whole;
  };
  const timer = setInterval(write, 250);
  return {
    /** @param {RoomView} next */
    update(next) {
      room = next;
      ahead = next.now - Date.now() / 1000;
      write();
    },
    destroy: () => clearInterval(timer),
  };
}
