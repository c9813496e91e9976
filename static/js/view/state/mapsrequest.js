/** @file The request for one block's maps, of the networks as the numbers on screen were measured. Pure. */
import { drawnVariants } from '../../figure/measured.js';
import { pick, strengthsOf, wireArchitecture } from './describe.js';
import { MEASURED } from './showing.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {Pick<import('../../wire').MapsRequest, 'block'|'image'|'first_channel'|'layers'>} Place */

/**
 * Make the request.
 *
 * @param {Pick<State, 'variants'|'settings'> & Partial<State>} state
 * @param {Place} place the block by its name, and the image by its place in the batch
 * @returns {import('../../wire').MapsRequest}
 */
export function mapsRequestOf(state, place) {
  const variants = drawnVariants(state);
  return {
    variants: variants.map(wireArchitecture),
    ...pick(state.settings, MEASURED),
    ...strengthsOf({ variants }),
    ...place,
  };
}
