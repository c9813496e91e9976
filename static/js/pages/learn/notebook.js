/** @file The reader's predictions and answers. They are kept in this browser and sent nowhere. */

/**
 * @typedef {object} Measured the measurement that a prediction is compared with
 * @property {string} says it in words
 * @property {number[]} [values] log10 at each handle of the prediction
 * @property {string} on the day, as 2026-11-30
 */
/**
 * @typedef {object} Try an answer to a puzzle, trained
 * @property {Record<string, string>} changes what was changed, by the control's label
 * @property {number|null} accuracy on the last 20 batches; null where there were fewer
 * @property {number|null} test accuracy on the images held out
 * @property {boolean} learnt
 * @property {string} [reason] why the training ended before its time
 * @property {number[]} at @property {number[]} course
 */
/**
 * @typedef {object} Entry of a step
 * @property {number[]} [drawn] log10 at each handle
 * @property {number} [chosen]
 * @property {boolean} [passed] whether the figure was uncovered without a prediction
 * @property {number} [sure] from 1 to 5
 * @property {Measured} [measured]
 * @property {number} [seen]
 * @property {number} [transfer]
 * @property {string} [found] what was measured for the transfer
 * @property {number} [recall] the answer to the question on an earlier chapter, kept with the first step
 * @property {Try[]} [tries]
 */
/** @typedef {Record<string, Record<string, Entry>>} Pages by chapter and step */
/**
 * @typedef {object} Notebook
 * @property {(lesson: string, step: number) => Entry} read
 * @property {(lesson: string, step: number, changes: Entry) => void} write
 * @property {(lesson: string, step: number|null) => void} forget a step, or a chapter
 * @property {() => void} clear everything
 * @property {(lesson: string) => number} answered steps with a prediction or a solved puzzle
 * @property {() => Pages} pages
 * @property {() => boolean} lasts whether the browser stores it
 */

export const KEY = 'skipscope-learn';

/**
 * Open the notebook; it lasts as long as the page if the browser stores nothing.
 *
 * @param {() => Storage} storage
 * @returns {Notebook}
 */
export function notebookOf(storage = () => localStorage) {
  let lasts = true;
  /** @type {Pages} */
  let pages = {};
  /** Another tab may have written since. */
  const load = () => {
    try {
      if (lasts) pages = pagesOf(JSON.parse(storage().getItem(KEY) ?? '{}'));
    } catch {
      // denied, or not ours: go on with the one that there is
    }
  };
  const keep = () => {
    try {
      storage().setItem(KEY, JSON.stringify(pages));
      lasts = true;
    } catch {
      lasts = false; // denied or full: it lasts as long as the page
    }
  };
  load();
  keep();
  return {
    read: (lesson, step) => pages[lesson]?.[step] ?? {},
    write(lesson, step, changes) {
      load();
      pages = { ...pages, [lesson]: { ...pages[lesson], [step]: { ...pages[lesson]?.[step], ...changes } } };
      keep();
    },
    forget(lesson, step) {
      load();
      const { [lesson]: own = {}, ...others } = pages;
      const rest = Object.fromEntries(Object.entries(own).filter(([at]) => at !== String(step)));
      pages = step === null || Object.keys(rest).length === 0 ? others : { ...pages, [lesson]: rest };
      keep();
    },
    clear() {
      pages = {};
      keep();
    },
    answered: (lesson) => Object.values(pages[lesson] ?? {}).filter(isAnswered).length,
    pages: () => pages,
    lasts: () => lasts,
  };
}

/** @param {Entry} entry */
export function isAnswered({ drawn, chosen, tries = [] }) {
  return drawn !== undefined || chosen !== undefined || tries.some(({ learnt }) => learnt);
}

/** Pages as they were kept; anything else is an empty notebook. @param {unknown} found @returns {Pages} */
function pagesOf(found) {
  const isObject = (/** @type {unknown} */ one) => typeof one === 'object' && one !== null && !Array.isArray(one);
  if (!isObject(found)) return {};
  const chapters = Object.entries(/** @type {Pages} */ (found)).filter(([, steps]) => isObject(steps));
  return Object.fromEntries(
    chapters.map(([name, steps]) => [
      name,
      Object.fromEntries(Object.entries(steps).filter(([, one]) => isObject(one))),
    ]),
  );
}
