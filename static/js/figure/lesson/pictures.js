/** @file A step's picture of what was measured: which scene, how high. Pure. */
import { NARROW } from './axes.js';
import { blockScene } from './block.js';
import { columnsScene } from './columns.js';
import { factorScene } from './factors.js';
import { forwardScene } from './forward.js';
import { ladderScene } from './ladder.js';
import { learningScene } from './learning.js';
import { pathScene } from './paths.js';
import { profileScene } from './profile.js';
import { tableScene } from './table.js';
import { trainingScene } from './training.js';

/** @typedef {import('./readings.js').Reading} Reading */
/**
 * @typedef {'profile'|'factors'|'block'|'layers'|'columns'|'table'|'training'|'learning'|'maps'|'paths'} Show
 */
/**
 * @typedef {{show: Show, low: number, high: number, block: number, names: string[], goal?: number|null}} Declared by a
 *   chapter; `goal` is the accuracy that its puzzle asks for
 */
/** @typedef {import('./profile.js').Prediction} Prediction */

/**
 * A figure's height; layers and columns take what they need.
 *
 * @param {Declared} figure @param {number} width
 * @param {boolean} [low] where Explore's parts follow
 */
export function heightOf({ show }, width, low = false) {
  if (show === 'maps') return width < NARROW ? 480 : 330;
  if (show === 'paths') return width < NARROW ? 530 : 400;
  if (show === 'block') return width < NARROW ? 370 : 410;
  if (show === 'table') return width < NARROW ? 400 : 430;
  if (show === 'columns') return width < NARROW ? 620 : 640;
  if (width < NARROW) return low ? 260 : 300;
  return low ? 300 : 460;
}

/**
 * Draw a step's figure.
 *
 * @param {Declared} figure
 * @param {{readings: Reading[], before?: Reading[], prediction?: Prediction|null, covered?: boolean, known?: boolean,
 *   base?: Reading[], recorded?: Reading[], guess?: number|null, width: number, height: number}} shown
 */
export function sceneOf({ show, low, high, block, goal }, shown) {
  if (show === 'factors') return factorScene(shown);
  if (show === 'block') return blockScene({ ...shown, block });
  if (show === 'layers') return ladderScene({ ...shown, block });
  if (show === 'columns') return columnsScene(shown);
  if (show === 'table') return tableScene({ ...shown, low, high });
  if (show === 'training') return trainingScene(shown);
  if (show === 'learning') return learningScene({ ...shown, goal });
  if (show === 'maps') return forwardScene({ ...shown, block });
  if (show === 'paths') return pathScene({ ...shown, block });
  return profileScene({ ...shown, low, high });
}
