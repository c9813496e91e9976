/** @file The types of a chapter as the page gets it. */

/** @typedef {import('../../wire').StepView} Wire */
/** @typedef {Omit<Wire, 'text'>} Step */
/** @typedef {import('../../wire').Claim} Claim */
/** @typedef {import('../../figure/lesson/readings.js').Kept} Kept */
/**
 * @typedef {object} First
 * @property {string} name
 * @property {Step[]} steps
 * @property {Claim[]} claims
 * @property {(Kept[]|null)[]} recorded
 * @property {import('../../wire').TrainingSettings} settings
 * @property {import('../../wire').DatasetView[]} datasets
 * @property {import('../../wire').PresetView[]} presets whose stems say which image size is usual
 */

export {};
