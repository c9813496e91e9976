/** @file A run in a file, read in the browser and put on the page: it is sent nowhere. */
import { isParquet, readRunFile } from '../../sources/runfile.js';
import { Refusal } from '../../sources/source.js';
import { take } from './fromwire.js';

/** Begins the id of a run that is in a file, and on no server. */
export const FILE = 'file:';
/** A file of more bytes is not read: it would not fit into the page. */
const MOST = 512e6;
const SHOWN = 80;

/**
 * Show the run of a file. Throws a Refusal that names the file and the reason.
 *
 * @param {import('./store.js').Store} store
 * @param {{leave: () => void, rest: () => Promise<void>}} followed
 * @param {File} file
 * @param {import('../../sources/source.js').Source['parquet']} parquet reads a file of that form
 */
export async function openFile(store, followed, file, parquet) {
  const found = await read(file, parquet);
  const { run, schema, steps, lost } = found;
  const request = {
    label: run.label,
    host: run.host ?? '',
    optimizer: run.optimizer ?? '',
    parameters: run.parameters ?? null,
    band: run.band ?? null,
  };
  await followed.rest();
  followed.leave();
  store.dispatch({ type: 'connection', connection: 'online' });
  store.dispatch({
    type: 'outside/opened',
    id: `${FILE}${file.name}`,
    lastEventId: 0,
    own: false,
    state: 'done',
    reason: null,
    about: { name: run.name ?? '', request, file: file.name },
    schema,
  });
  if (lost > 0)
    store.dispatch({
      type: 'problem',
      place: 'file',
      problem: {
        title: file.name.slice(0, SHOWN),
        detail: `Its last batch was cut off by the end of its process, and ${lost} bytes are left out.`,
      },
    });
  steps.forEach((data, i) => take(store, /** @type {never} */ ({ id: i + 1, type: 'step', data })));
}

/** @param {File} file @param {import('../../sources/source.js').Source['parquet']} parquet */
async function read(file, parquet) {
  try {
    if (file.size > MOST)
      throw new Error(`It has ${Math.round(file.size / 1e6)} MB; the page reads up to ${MOST / 1e6} MB.`);
    const buffer = await file.arrayBuffer();
    const found = isParquet(buffer) ? await parquet(buffer) : readRunFile(buffer);
    if (found.steps.length === 0) throw new Error('It holds no recorded step.');
    return found;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new Refusal({ title: file.name.slice(0, SHOWN), detail: words, status: 0, field: 'file' });
  }
}
