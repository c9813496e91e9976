/** @file How runs beside each other are told apart: by the names that the source makes, else by their time. Pure. */

/** @typedef {import('./rundigest.js').Run} Run */

/**
 * Name runs.
 *
 * @param {Pick<Run, 'id'|'created'>[]} runs
 * @param {Record<string, string>} names by id; none where the source has not answered yet
 * @returns {string[]}
 */
export function apartOf(runs, names) {
  const said = runs.map(({ id }) => names[id]);
  return runs.map(({ created }, r) => {
    const name = said[r];
    if (name === undefined) return '';
    const isAlone = name !== '' && said.filter((one) => one === name).length === 1;
    return isAlone ? name : [name, timeOf(created)].filter(Boolean).join(', ');
  });
}

/** @param {number} seconds since 1970 */
function timeOf(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
