/**
 * @file Of what the numbers on screen were measured. Pure.
 *
 * A variant's `skips` and `strength` are what is wanted of it; the numbers on screen may be of an earlier moment: of
 * the
 * step that was pointed at, or of before an answer that is on its way. Views that draw take the networks from here.
 */

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('../view/state/state.js').Variant} Variant */
/** @typedef {import('../view/state/state.js').Net} Net */

/**
 * The networks with the skips and strengths that they had when the numbers on screen were measured.
 *
 * @param {Pick<State, 'variants'> & Partial<State>} state
 * @returns {Variant[]}
 */
export function drawnVariants({ variants, measured }) {
  return measured ? variants.map((variant, v) => ({ ...variant, ...measured.nets[v] })) : variants;
}

/**
 * The batch size that the numbers on screen were measured with.
 *
 * @param {Pick<State, 'settings'> & Partial<State>} state
 */
export function drawnBatch({ settings, measured }) {
  return measured ? measured.batchSize : settings.batch_size;
}

/** @param {Variant[]} variants @returns {Net[]} */
export function netsOf(variants) {
  return variants.map(({ skips, strength }) => ({ skips, strength }));
}

/** The networks as a run begins them. @param {import('../wire').SchemaVariant[]} variants @returns {Net[]} */
export function netsOfSchema(variants) {
  return variants.map(({ architecture: { skips }, blocks, strength }) => ({
    skips: Array.isArray(skips) ? skips : blocks.map(() => skips),
    strength,
  }));
}

/** The networks after a change. @param {Net[]} nets @param {import('../wire').ChangeEvent} change @returns {Net[]} */
export function changedNets(nets, { variant, changed: { skips, strength } }) {
  return nets.map((net, v) =>
    v === variant ? { skips: skips ?? net.skips, strength: strength ?? net.strength } : net,
  );
}

/** @param {Net} a @param {Net} b */
export function sameNet(a, b) {
  return same(a.skips, b.skips) && same(a.strength, b.strength);
}

/** @template T @param {T[]} a @param {T[]} b */
export function same(a, b) {
  return a === b || (a.length === b.length && a.every((one, i) => one === b[i]));
}

/** Is what is wanted what the server has? @param {Pick<State, 'variants'|'agreed'>} state */
export function agrees({ variants, agreed }) {
  return (
    variants.length === agreed.nets.length &&
    variants.every(
      ({ skips, strength }, v) => same(skips, agreed.nets[v].skips) && same(strength, agreed.nets[v].strength),
    )
  );
}
