/**
 * @file The fields of the Architecture and of training as text and back. Pure: the server's models decide
 * which values are allowed.
 */

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Field} Field */
/** @typedef {Pick<State, 'variants'> & {settings: Record<string, unknown>}} Read of the state */

/** The value of a field in which the networks of a control differ. */
export const MIXED = Symbol('mixed');

/**
 * The value of a field, as it is on the page.
 *
 * @param {Read} state
 * @param {Field} field
 * @param {number|null} target a variant; all where null
 * @returns {unknown} MIXED where the networks differ
 */
export function valueIn(state, { name, of }, target) {
  if (of === 'run') return state.settings[name];
  const values = state.variants
    .filter((_, v) => target === null || v === target)
    .map(({ architecture }) => architecture[/** @type {keyof typeof architecture} */ (name)]);
  return values.every((value) => JSON.stringify(value) === JSON.stringify(values[0])) ? values[0] : MIXED;
}

/**
 * Write a value as a control shows it.
 *
 * @param {unknown} value
 */
export function writeValue(value) {
  if (value === MIXED || value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/**
 * Read what was entered. Only its form is judged here; whether it makes sense, the server says.
 *
 * @param {Field} field
 * @param {string} text
 * @returns {{value: Field['default']}|{detail: string}}
 */
export function readValue({ kind, optional, label, minimum, maximum, longest }, text) {
  const plain = text.trim();
  if (plain === '' && optional) return { value: null };
  const limits = minimum !== null && minimum !== undefined ? ` from ${minimum} to ${maximum}` : '';
  switch (kind) {
    case 'boolean':
      return { value: plain === 'true' };
    case 'integer':
      return /^[+-]?\d+$/.test(plain) ? { value: Number(plain) } : { detail: `${label} is a whole number${limits}.` };
    case 'number':
      return plain !== '' && Number.isFinite(Number(plain))
        ? { value: Number(plain) }
        : { detail: `${label} is a number${limits}, such as 0.01 or 1e-2.` };
    case 'integers': {
      const parts = plain.split(/[\s,;-]+/).filter(Boolean);
      if (parts.length > 0 && parts.every((part) => /^\d+$/.test(part))) return { value: parts.map(Number) };
      return { detail: `${label}: whole numbers, one a stage, 1 to ${longest}, such as 3, 4, 6, 3.` };
    }
    case 'numbers': {
      const parts = plain.split(/[\s,;]+/).filter(Boolean);
      if (parts.length > 0 && parts.every((part) => Number.isFinite(Number(part)))) return { value: parts.map(Number) };
      return { detail: `${label}: numbers, 1 to ${longest}, such as 0.01, 0.1.` };
    }
    default:
      return { value: plain };
  }
}

/**
 * The problem to tell beside a field: the server names it alone, or within a variant.
 *
 * @param {Pick<State, 'problems'>} state
 * @param {Field} field
 * @param {number|null} target
 */
export function problemOf({ problems }, { name }, target) {
  const place = Object.keys(problems).find((one) => {
    const match = /^variants\.(\d+)\.(\w+)/.exec(one);
    return one === name || (match !== null && match[2] === name && (target === null || Number(match[1]) === target));
  });
  return place === undefined ? null : { place, problem: problems[place] };
}
