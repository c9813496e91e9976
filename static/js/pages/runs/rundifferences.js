/** @file How runs beside each other are told apart: by name, else by the fields that differ. Pure. */

/** @typedef {import('./rundigest.js').Run} Run */

/** Fields that say nothing of a run but how it was done. */
const SILENT = ['variants', 'labels', 'device', 'record_every', 'eval_every', 'channels_last', 'skips'];
/** So many differences are said at most. */
const MOST = 3;

/**
 * Name runs: a name that somebody gave, else what differs from run to run, else when it began.
 *
 * @param {Run[]} runs
 * @returns {string[]} empty where there is one run
 */
export function differencesOf(runs) {
  if (runs.length < 2) return runs.map(() => '');
  const fields = runs.map(fieldsOf);
  const unnamed = fields.filter((_, r) => !runs[r].name);
  const told = unnamed.length > 1 ? unnamed : fields;
  const names = [...new Set(told.flatMap((one) => [...one.keys()]))];
  const differ = names.filter((name) => new Set(told.map((one) => one.get(name))).size > 1).slice(0, MOST);
  const said = runs.map(
    (run, r) =>
      run.name ||
      differ
        .filter((name) => fields[r].has(name))
        .map((name) => `${wordOf(name)} ${fields[r].get(name)}`)
        .join(', '),
  );
  return runs.map(({ created }, r) =>
    said.filter((one) => one === said[r]).length > 1 || said[r] === ''
      ? [said[r], timeOf(created)].filter(Boolean).join(', ')
      : said[r],
  );
}

/** The requested fields: of the training, and of the networks if all have the same. @param {Run} run */
function fieldsOf({ request }) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const put = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (!SILENT.includes(name) && value !== null && value !== undefined)
      found.set(name, Array.isArray(value) ? value.join('-') : String(value));
  };
  for (const [name, value] of Object.entries(request)) put(name, value);
  const [first, ...rest] = request.variants;
  for (const [name, value] of Object.entries(first ?? {}))
    if (
      rest.every(
        (one) => JSON.stringify(Object.entries(one).find(([key]) => key === name)?.[1]) === JSON.stringify(value),
      )
    )
      put(name, value);
  return found;
}

/** @param {string} name */
function wordOf(name) {
  return (
    { batch_size: 'batch', weight_decay: 'decay', label_smoothing: 'smoothing' }[name] ?? name.replaceAll('_', ' ')
  );
}

/** @param {number} seconds since 1970 */
function timeOf(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
