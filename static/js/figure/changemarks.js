/** @file Changes of a running net: the blocks changed by the step on screen, and the words for it. Pure. */

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('../view/state/state.js').Change} Change */

/**
 * Say of each network which blocks differ from how the run began it, and since when; the newest change of a block
 * counts.
 *
 * @param {Pick<State, 'run'|'changes'|'variants'|'step'>} state
 * @returns {Map<number, string>[]} by block, one a network
 */
export function changedBlocks({ run, changes, variants, step }) {
  return variants.map((_, v) => {
    /** @type {Map<number, string>} */
    const marks = new Map();
    let { skips, strength } = run.initial[v] ?? { skips: [], strength: [] };
    for (const { step: since, variant, changed } of changes) {
      if (variant !== v || since > step) continue;
      if (Array.isArray(changed.skips)) {
        changed.skips.forEach(
          (/** @type {boolean} */ on, /** @type {number} */ b) =>
            on !== skips[b] && marks.set(b, `${on ? 'connected' : 'cut'} at step ${since}`),
        );
        skips = changed.skips;
      }
      if (Array.isArray(changed.strength)) {
        changed.strength.forEach(
          (/** @type {number} */ much, /** @type {number} */ b) =>
            much !== strength[b] && marks.set(b, `strength ${much} since step ${since}`),
        );
        strength = changed.strength;
      }
    }
    return marks;
  });
}

/**
 * Tell the changes close to a step.
 *
 * @param {Change[]} changes @param {number} step @param {number} reach so many steps before and after
 * @returns {string[]}
 */
export function toldNear(changes, step, reach) {
  return changes
    .filter((change) => Math.abs(change.step - step) <= reach)
    .map((change) => `step ${change.step}: ${change.text}`);
}
