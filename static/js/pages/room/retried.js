/** @file Acts that are tried until the server answers: a hall's network comes and goes, and a server restarts. */
import { Refusal } from '../../sources/source.js';

/** Seconds over which a hall comes back after a restart. */
export const SPREAD = 3;
/** Statuses of no answer, and of a server or proxy that is about to be there again. */
const COMES_BACK = [0, 502, 503, 504];

/**
 * Try until the server answers or refuses; null where that is not wanted any more.
 *
 * @template T
 * @param {() => Promise<T>} act which may be done twice
 * @param {{wanted?: () => boolean, pause?: () => Promise<unknown>}} [of]
 * @returns {Promise<T|null>}
 */
export async function retried(act, { wanted = () => true, pause = spread } = {}) {
  while (wanted()) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Refusal) || !COMES_BACK.includes(error.problem.status ?? 500)) throw error;
    }
    await pause();
  }
  return null;
}

/** Wait, each for another time. */
export function spread() {
  return new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * SPREAD * 1000));
}
