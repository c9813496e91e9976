/** @file The experiment that the form asks for: as a request, a call of the API, a Python program. Pure. */
import { pick, wireArchitecture } from '../../view/state/describe.js';
import { compact, python } from '../../view/state/snippets.js';
import { fieldsLeft } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Kind} Kind */
/** @typedef {import('./state.js').Values} Values */
/** @typedef {import('../../sources/experiments.js').Wish} Wish */

/** The values of a kind's fields before anything is chosen. @param {Kind} kind @returns {Values} */
export function defaultsOf({ fields }) {
  return Object.fromEntries(fields.map(({ name, default: value }) => [name, value]));
}

/** Those of these values that are a kind's, and other than its own. @param {Kind} kind @param {Values} settings */
export function differences(kind, settings) {
  const usual = defaultsOf(kind);
  const others = Object.entries(settings).filter(([name, value]) => name in usual && !same(value, usual[name]));
  return Object.fromEntries(others);
}

/** @param {{name: string}[]} fields */
function namesOf(fields) {
  return fields.map(({ name }) => name);
}

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The request, in as few words as say it.
 *
 * @param {Pick<State, 'kind'|'variants'|'settings'|'run'|'of'> & Partial<Pick<State, 'picture'>>} state
 * @returns {Wish} in which a picture is a word for its data
 */
export function wishOf({ kind, variants, settings, run, of, picture = null }) {
  const shown = kind.picture && picture ? { picture: `base64 of ${picture.name}` } : {};
  if (run !== null) {
    const own = pick(differences(kind, settings), namesOf(fieldsLeft(kind, of)));
    return { kind: kind.kind, [of]: run, ...own, ...shown };
  }
  const nets = variants.map((variant) => compact(wireArchitecture(variant), variant.description));
  return {
    kind: kind.kind,
    ...(kind.networks > 0 ? { variants: nets } : {}),
    ...differences(kind, settings),
    ...shown,
  };
}

/** @param {Wish} wish @param {string} origin */
export function curlOf(wish, origin) {
  const data = JSON.stringify(wish, null, 1).replaceAll("'", "'\\''");
  return `curl ${origin}/api/experiments -H 'Content-Type: application/json' -d '${data}'`;
}

/**
 * A program that does the same with the library.
 *
 * @param {Wish} wish
 * @param {Pick<Kind, 'in_python'>} kind
 */
export function pythonOf({ kind, variants, ...rest }, { in_python: isThere }) {
  if (rest.run !== undefined || rest.weights !== undefined)
    return '# The networks of a run, or of weights, are on the server, which measures them there: see curl.\n';
  if (!isThere) return `# This server's own kind ${kind} has no function in skipscope.experiments; curl starts it.\n`;
  const nets = Array.isArray(variants)
    ? ['    variants=[', ...variants.map((one) => `        ${python(one, '        ')},`), '    ],']
    : [];
  const fields = Object.entries(rest).map(([name, value]) => `    ${name}=${python(value, '    ')},`);
  return [
    `from skipscope.experiments import ${kind}`,
    '',
    `found = ${kind}(`,
    ...nets,
    ...fields,
    ')',
    'print(*found.sentences, sep="\\n")',
    'found.figure().show()',
    '',
  ].join('\n');
}
