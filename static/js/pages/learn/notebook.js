/** @file The reader's predictions and answers. They are kept in this browser and sent nowhere. */

/**
 * @typedef {object} Entry of a step
 * @property {number[]} [drawn] log10 at each handle
 * @property {number} [chosen]
 * @property {boolean} [passed] whether the figure was uncovered without a prediction
 * @property {number} [sure] from 1 to 5
 * @property {number} [seen]
 * @property {number} [transfer]
 */
/**
 * @typedef {object} Notebook
 * @property {(lesson: string, step: number) => Entry} read
 * @property {(lesson: string, step: number, changes: Entry) => void} write
 * @property {(lesson: string, step: number|null) => void} forget a step, or a chapter
 * @property {(lesson: string) => number} answered steps with a prediction
 */

const KEY = 'skipscope-learn';

/**
 * Open the notebook; it lasts as long as the page if the browser stores nothing.
 *
 * @param {() => Storage} storage
 * @returns {Notebook}
 */
export function notebookOf(storage = () => localStorage) {
  /** @type {Record<string, Record<string, Entry>>} */
  let pages = {};
  try {
    pages = JSON.parse(storage().getItem(KEY) ?? '{}');
  } catch {
    // denied, or not ours: begin with an empty one
  }
  const keep = () => {
    try {
      storage().setItem(KEY, JSON.stringify(pages));
    } catch {
      // denied or full: it lasts as long as the page
    }
  };
  return {
    read: (lesson, step) => pages[lesson]?.[step] ?? {},
    write(lesson, step, changes) {
      pages = { ...pages, [lesson]: { ...pages[lesson], [step]: { ...pages[lesson]?.[step], ...changes } } };
      keep();
    },
    forget(lesson, step) {
      const { [lesson]: own = {}, ...others } = pages;
      if (step === null) pages = others;
      else
        pages = { ...pages, [lesson]: Object.fromEntries(Object.entries(own).filter(([at]) => at !== String(step))) };
      keep();
    },
    answered: (lesson) =>
      Object.values(pages[lesson] ?? {}).filter(({ drawn, chosen }) => drawn !== undefined || chosen !== undefined)
        .length,
  };
}
