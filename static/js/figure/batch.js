/** @file The first images of a batch and what the networks answered: right, wrong, or nothing. Pure. */

/** @typedef {import('./networks.js').Look} Look */
/**
 * @typedef {object} Batch
 * @property {string} dataset
 * @property {number[]} images their numbers in the data set
 * @property {number[]} labels their classes
 * @property {(number|null)[][]} answers one list a network; null where its largest logit was not finite
 */
/**
 * @typedef {{said: string, verdict: 'right'|'wrong'|'none'}} Answer
 * @typedef {{truth: string, answers: Answer[], told: string}} Tile `told`: all of it in words
 */

/**
 * Read the batch of a step or a probe; null where it was not kept.
 *
 * @param {string} dataset
 * @param {import('../wire').SeenBatch|null|undefined} batch
 * @param {{answers?: (number|null)[]|null}[]} variants
 * @returns {Batch|null}
 */
export function batchOf(dataset, batch, variants) {
  const answers = variants.flatMap((variant) => (variant.answers ? [variant.answers] : []));
  return batch && answers.length === variants.length ? { dataset, ...batch, answers } : null;
}

/**
 * The same images, answered by so many copies of one network.
 *
 * @param {Batch} batch @param {number} v @param {number} count
 */
export function copiedBatch(batch, v, count) {
  return { ...batch, answers: Array.from({ length: count }, () => batch.answers[v]) };
}

/** How many images a network took for what they are. @param {Batch} batch @param {number} v */
export function countRight({ labels, answers }, v) {
  return labels.filter((label, i) => answers[v][i] === label).length;
}

/**
 * Put the answers to each image into words.
 *
 * @param {Batch} batch
 * @param {string[]} classes names
 * @param {string[]} networks names
 * @returns {Tile[]}
 */
export function tilesOf({ labels, answers }, classes, networks) {
  const nameOf = (/** @type {number} */ label) => classes[label] ?? String(label);
  return labels.map((label, i) => {
    const own = answers.map((one) => {
      const answer = one[i] ?? null;
      /** @type {Answer} */
      const told =
        answer === null
          ? { said: '–', verdict: 'none' }
          : { said: nameOf(answer), verdict: answer === label ? 'right' : 'wrong' };
      return told;
    });
    const words = own.map(({ said, verdict }, v) =>
      verdict === 'none' ? `${networks[v]}: no answer, not finite` : `${networks[v]}: ${said}, ${verdict}`,
    );
    return { truth: nameOf(label), answers: own, told: `${nameOf(label)}. ${words.join('; ')}` };
  });
}
