/** @file The browser's own knowledge of a room: the key of its seat, the host's secret, how often it has sent. */
import { newKey } from '../../sources/rooms.js';

/**
 * @typedef {{key: string, joined: boolean, turn: number, kept: number, secret: string, phrase: string,
 *   list: unknown[]}} Known
 */

/**
 * Read and write what is known of a room; two tabs of a browser have the same seat.
 *
 * @param {string} code
 * @param {Storage} [storage]
 */
export function seatOf(code, storage = localStorage) {
  const name = `skipscope-room-${code}`;
  /** @returns {Known} */
  const read = () => {
    const none = { key: '', joined: false, turn: 0, kept: 0, secret: '', phrase: '', list: [] };
    try {
      return { ...none, ...JSON.parse(storage.getItem(name) ?? '{}') };
    } catch {
      return none; // another program's text under our name
    }
  };
  return {
    read,
    /** @param {Partial<Known>} change @returns {Known} */
    write(change) {
      const known = { ...read(), ...change };
      storage.setItem(name, JSON.stringify(known));
      return known;
    },
    /** The key of the seat, made at the first call. */
    key() {
      const { key } = read();
      return /^[0-9a-f]{32}$/.test(key) ? key : this.write({ key: newKey(), joined: false }).key;
    },
    /** The number of a next answer: a later one is never overtaken by one that was sent before. */
    turn() {
      return this.write({ turn: Math.max(read().turn + 1, Math.floor(Date.now() / 1000) % 2 ** 31) }).turn;
    },
    /** Call where another tab of the browser writes it. @param {() => void} act */
    watch: (act) =>
      addEventListener('storage', ({ key }) => {
        if (key === name) act();
      }),
    forget: () => storage.removeItem(name),
  };
}

/** @typedef {ReturnType<typeof seatOf>} Seat */
