/**
 * @file Changes of a running net in words, for the marks in the charts. Pure.
 */
/** @typedef {import('./state.js').State} State */

/**
 * @param {Pick<State, 'run'|'variants'>} state as it was before
 * @param {number|null} variant
 * @param {import('../../wire').Changed} changed
 */
export function tellChange(state, variant, changed) {
  const who = variant === null ? '' : `${state.variants[variant]?.label ?? ''}: `;
  const { skips } = changed;
  if (skips) {
    const before = variant === null ? [] : state.run.nets[variant].skips;
    const blocks = variant === null ? [] : state.variants[variant].blocks;
    const cut = blocks.filter((_, i) => before[i] && !skips[i]);
    const joined = blocks.filter((_, i) => !before[i] && skips[i]);
    const say = (/** @type {string} */ verb, /** @type {string[]} */ list) =>
      list.length === 0 ? [] : [`${verb} ${list.length === 1 ? list[0] : `${list.length} skips`}`];
    const parts = [...say('cut', cut), ...say('connected', joined)];
    const on = skips.filter(Boolean).length;
    return who + (parts.length > 0 ? parts.join(', ') : `${on} of ${skips.length} skips on`);
  }
  if (typeof changed.lr === 'number') return `${who}learning rate ${changed.lr}`;
  if (Array.isArray(changed.strength)) return `${who}shortcut strength`;
  return who + Object.keys(changed).join(', ');
}

/**
 * A choice in words, for undo: "Normalisation batch".
 *
 * @param {Record<string, unknown>} changes
 * @param {Pick<import('../../wire').FieldView, 'name'|'label'>[]} fields
 */
export function tellChoice(changes, fields) {
  return Object.entries(changes)
    .map(([name, value]) => {
      const label = fields.find((field) => field.name === name)?.label ?? name.replaceAll('_', ' ');
      return `${label} ${Array.isArray(value) ? value.join('-') : (value ?? 'none')}`;
    })
    .join(', ');
}
