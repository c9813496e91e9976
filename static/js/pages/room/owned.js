/** @file The rooms of this browser's own that are open: it has the host's secret of each. */
import { roomOf } from '../../sources/rooms.js';
import { Refusal } from '../../sources/source.js';
import { seatOf } from './seat.js';

/** @typedef {import('../../sources/rooms.js').RoomSource} RoomSource */
/** @typedef {{code: string, seat: import('./seat.js').Seat, source: Pick<RoomSource, 'read'|'change'>}} Owned */

const NAME = /^skipscope-room-([2-9A-Z]{6})$/;

/**
 * Find them, the newest first; a room that has ended is forgotten.
 *
 * @param {object} [of]
 * @param {Storage} [of.storage]
 * @param {(code: string, secret: string) => Owned['source']} [of.sourceOf]
 * @returns {Promise<Owned[]>}
 */
export async function ownedRooms({ storage = localStorage, sourceOf = roomOf } = {}) {
  const known = Array.from({ length: storage.length }, (_, i) => NAME.exec(storage.key(i) ?? '')?.[1]).flatMap(
    (code) => {
      const seat = code ? seatOf(code, storage) : null;
      return code && seat?.read().secret ? [{ code, seat, source: sourceOf(code, seat.read().secret) }] : [];
    },
  );
  /** @type {(Owned & {expires: number})[]} */
  const open = [];
  for (const one of known) {
    try {
      open.push({ ...one, expires: (await one.source.read()).expires });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.problem.status === 404) one.seat.forget();
    }
  }
  return open.sort((one, other) => other.expires - one.expires);
}
