/** @file Runs that start from weights: which there are, one sent as a file, and such a run on the page, paused. */
import { tellSize } from '../../figure/size.js';
import { wireArchitecture } from './describe.js';

/** @typedef {import('../controls/startable.js').Row} Row */

/** So many are listed. */
const LISTED = 50;
/** Fields that a run's weights bring along: its networks, and the data that they were trained on. */
const BROUGHT = 'variants labels weights dataset image_size batch_size seed device channels_last'.split(' ');

/**
 * The settings of a training that starts from the weights of a run, whose data are the run's.
 *
 * @param {object} request
 * @returns {Record<string, unknown>}
 */
export function trainingOf(request) {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !BROUGHT.includes(name)));
}

/** @param {import('../../wire').WeightsRow} row @returns {Row} */
export function rowOf({ id, source, name, networks, bytes, created }) {
  const nets = networks.join(' beside ');
  const when = new Date(created * 1000).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
  const what = source === 'run' ? 'as a run ended' : 'a file';
  const more = name === '' || name === nets ? '' : `${nets}, `;
  return { id, source, title: name || nets, detail: `${more}${what}, ${when}, ${tellSize(bytes)}` };
}

/**
 * Make what starts runs from weights.
 *
 * @param {import('./store.js').Store} store
 * @param {import('../../sources/source.js').Source} source
 * @param {Pick<ReturnType<typeof import('./turns.js').createTurns>, 'replace'>} turns
 * @param {{open: ReturnType<typeof import('./showing.js').createShowing>['open'], followed: ReturnType<typeof
 *   import('./following.js').createFollowing>}} parts
 * @returns {import('../controls/startable.js').Starting|null}
 */
export function createStarting(store, { weights, begin, step }, { replace }, { open, followed }) {
  if (!weights) return null;
  return {
    startable: async () => (await weights.list(LISTED)).weights.map(rowOf),
    upload: async (file) => rowOf(await weights.send(file, wireArchitecture(store.state.variants[0]))),
    startFrom: ({ id, source, title }) =>
      replace('run', async () => {
        const { settings, speed } = store.state;
        const own = source === 'upload' ? settings : trainingOf(settings);
        await followed.endShelved();
        const run = await begin({ ...own, weights: id, state: 'paused', max_rate: speed });
        followed.began(run.id);
        await open(run.id, undefined, { label: `start from ${title}` });
        await step(run.id); // its networks are on the page as they are now, measured
      }),
  };
}
