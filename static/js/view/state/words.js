/**
 * @file A refusal in the words of the page: its fields have labels there, and not the names that programs use. Pure.
 */

/** @typedef {import('../../wire').FieldView} Field */

/**
 * All that is said of a refusal, the remedy once: `batch_size=64: give …` becomes `Batch size 64: give …`.
 *
 * @param {{title?: string, detail?: string, remedy?: string|null}} problem
 * @param {Pick<Field, 'name'|'label'>[]} fields
 */
export function problemWords({ title, detail, remedy }, fields) {
  const said = detail || title || '';
  const more =
    remedy && !said.toLowerCase().includes(remedy.toLowerCase())
      ? `${remedy[0].toUpperCase()}${remedy.slice(1)}${/[.?!]$/.test(remedy) ? '' : '.'}`
      : '';
  return inWords([said, more].filter(Boolean).join(' '), fields);
}

/**
 * A text of the server's with labels where it names fields: at its beginning, with the value, and anywhere else.
 *
 * @param {string} text @param {Pick<Field, 'name'|'label'>[]} fields
 */
export function inWords(text, fields) {
  const labels = new Map(fields.map(({ name, label }) => [name, label]));
  const begun = text.replace(/^(?:variants\.\d+\.)?([a-z_]+)(?:\.\d+)?=/, (whole, name) => {
    const label = labels.get(name);
    return label === undefined ? whole : `${label} `;
  });
  // a name of one word reads as the word that it is
  return begun.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (name) => labels.get(name)?.toLowerCase() ?? name);
}
