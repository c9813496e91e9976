/** @file The presets that a text finds, by title or by name, the best first; then by family, line and paper. Pure. */

/** @typedef {import('../state/state.js').PresetRow} PresetRow */

const NOT_FOUND = 9;

/** A text's letters and digits, in lower case. @param {string} text */
function plain(text) {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
}

/** @param {PresetRow} preset @param {string} text */
function rankOf({ name, title, family, summary, paper }, text) {
  const wanted = plain(text);
  const names = [plain(title), plain(name)];
  if (names.includes(wanted)) return 0;
  if (names.some((one) => one.startsWith(wanted))) return 1;
  if (names.some((one) => one.includes(wanted))) return 2;
  const all = `${title} ${name} ${family} ${summary} ${paper}`.toLowerCase();
  const words = text.toLowerCase().split(/\s+/);
  return words.every((word) => all.includes(word)) ? 3 : NOT_FOUND;
}

/**
 * Find presets; all, in their order, by a text without a letter.
 *
 * @param {PresetRow[]} presets @param {string} text
 */
export function findPresets(presets, text) {
  if (plain(text) === '') return presets;
  return presets
    .map((preset, i) => ({ preset, i, rank: rankOf(preset, text.trim()) }))
    .filter(({ rank }) => rank < NOT_FOUND)
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ preset }) => preset);
}
