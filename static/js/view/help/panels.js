/** @file Explanation, Help and tour together, as one file that comes when the first of them is wanted. */
export { openHelp } from './dialog.js';
export { createExplanation } from './explanation.js';
export { startTour } from './tour.js';
