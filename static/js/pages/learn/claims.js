/** @file The claims of a step, measured anew when the reader asks, with each seed. */
import { MAP_NUMBERS } from '../../figure/lesson/blockmaps.js';
import { readNumber, textOf } from '../../figure/lesson/numbers.js';
import { measureOnce } from './measure.js';

/** @typedef {import('../../figure/lesson/readings.js').Reading} Reading */

/**
 * Mount the claims of a step.
 *
 * @param {HTMLElement|null} root
 * @param {import('../../sources/source.js').Source} source
 * @param {import('./measure.js').Known} known
 * @param {import('./declared.js').Claim[]} claims
 */
export function mountClaims(root, source, known, claims) {
  const button = root?.querySelector('[data-part="check"]');
  let gone = false;
  const check = async () => {
    if (!(button instanceof HTMLButtonElement)) return;
    button.disabled = true;
    /** @type {Map<string, Promise<Reading[]>>} */
    const asked = new Map();
    for (const [i, claim] of claims.entries()) {
      if (claim.number.includes('accuracy')) continue; // trained for minutes, by the tests
      const place = root?.querySelector(`[data-claim="${i}"] [data-part="found"]`);
      if (!place) continue;
      /** @type {number[]} */
      const found = [];
      try {
        for (let seed = 0; seed < claim.seeds && !gone; seed += 1) {
          const address = `${claim.address}&seed=${seed}`;
          const { network, blocks } = claim;
          const maps = blocks && MAP_NUMBERS.includes(claim.number) ? { block: blocks[0], image: 0 } : null;
          const key = `${address} ${maps?.block}`;
          const measuring = asked.get(key) ?? measureOnce(source, known, address, maps);
          asked.set(key, measuring);
          found.push(
            readNumber(claim.number, await measuring, {
              network,
              blocks: /** @type {[number, number]|null} */ (blocks),
            }),
          );
          place.textContent = told(found, claim);
        }
      } catch (error) {
        place.textContent = `not measured: ${error instanceof Error ? error.message : error}`;
      }
    }
    button.disabled = false;
  };
  button?.addEventListener('click', check);
  return () => {
    gone = true;
    button?.removeEventListener('click', check);
  };
}

/** @param {number[]} found @param {import('./declared.js').Claim} claim */
function told(found, { number, interval: [low, high], seeds }) {
  const numbers = found.map((one) => textOf(number, one)).join(', ');
  if (found.length < seeds) return `${numbers}, …`;
  return `${numbers}: ${found.every((one) => one >= low && one <= high) ? 'holds' : 'does not hold'}`;
}
