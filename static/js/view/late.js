/**
 * @file The code that a laboratory needs later than at first: when a run has steps, a block is selected, something is
 *   taken along. It is one part, since each part of its own would split the rest into many files.
 */

export { mountHeatmaps } from './charts/heatmaps.js';
export { mountStartable } from './controls/startable.js';
export { mountDetails } from './details.js';
export { savePicture } from './picture.js';
export { curlOf, pythonOf } from './state/snippets.js';
