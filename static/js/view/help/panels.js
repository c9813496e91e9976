/**
 * @file Explanation, Help and tour together, as one file that comes when the first of them is wanted. They share no
 *   module with the pages, since each part that is shared anew is one more file of the first view: `h` of dom.js is
 *   handed to them.
 */
export { openHelp } from './dialog.js';
export { createExplanation } from './explanation.js';
export { startTour } from './tour.js';
