/** @file A page in another's frame follows jobs through it, where that one has a stream: no second one opens. */

const NAME = 'skipscope-follow';

/**
 * @typedef {object} Wish to follow a job
 * @property {string} address of its events
 * @property {import('./source.js').Watcher<never>} watcher
 * @property {(leave: () => void) => void} take told how to leave, by who has the events
 */

/**
 * Ask the page around this one for the events of a job.
 *
 * @param {string} address
 * @param {Wish['watcher']} watcher
 * @param {Element|null} [frame] null: this page is in no frame of a page of this server
 * @returns {(() => void)|null} the way to leave; null where nobody has them
 */
export function askFrame(address, watcher, frame = globalThis.frameElement ?? null) {
  if (frame === null) return null;
  /** @type {(() => void)|null} */
  let leave = null;
  const take = (/** @type {() => void} */ way) => {
    leave = way;
  };
  frame.dispatchEvent(new CustomEvent(NAME, { detail: { address, watcher, take } }));
  return leave;
}

/**
 * Give a frame's page the events that it wants to follow.
 *
 * @param {Element} frame
 * @param {(address: string, watcher: Wish['watcher']) => (() => void)|null} follow null: the page follows by itself
 */
export function answerFrame(frame, follow) {
  frame.addEventListener(NAME, (event) => {
    const { address, watcher, take } = /** @type {CustomEvent<Wish>} */ (event).detail;
    const leave = follow(address, watcher);
    if (leave) take(leave);
  });
}
