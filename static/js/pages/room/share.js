/** @file A member's present network in Explore, for the wall of the room in which this browser has a seat. */
import { roomOf } from '../../sources/rooms.js';
import { Refusal } from '../../sources/source.js';
import { seatOf } from './seat.js';

const NAME = /^skipscope-room-([2-9A-Z]{6})$/;
/** Milliseconds without another change: a hand on a slider is no new network. */
const REST = 1500;

/**
 * Make the function that is told each address of Explore. An address without networks, or of a run, is not shown.
 *
 * @param {object} [of]
 * @param {Storage} [of.storage]
 * @param {(code: string) => Pick<ReturnType<typeof roomOf>, 'show'>} [of.sourceOf]
 * @param {number} [of.rest] milliseconds
 */
export function createShare({ storage = localStorage, sourceOf = (code) => roomOf(code), rest = REST } = {}) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const seats = () =>
    Array.from({ length: storage.length }, (_, i) => NAME.exec(storage.key(i) ?? '')?.[1])
      .flatMap((code) => (code ? [{ code, seat: seatOf(code, storage) }] : []))
      .filter(({ seat }) => seat.read().joined);
  const send = async (/** @type {string} */ address) => {
    for (const { code, seat } of seats()) {
      try {
        await sourceOf(code).show(seat.key(), address);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.problem.status === 404) seat.forget(); // the room has ended
      }
    }
  };
  return (/** @type {string} */ query) => {
    clearTimeout(timer);
    if (!/[?&]net=/.test(query) || /[?&]run=/.test(query)) return;
    timer = setTimeout(() => void send(`/${query}`), rest);
  };
}
