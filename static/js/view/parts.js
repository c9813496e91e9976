/** @file The views of a laboratory, each in its place; one that has no place is not mounted. */
import { mountBatch } from './batch.js';
import { mountDepth } from './charts/depth.js';
import { ACTIVATION, BRANCH, GRADIENT, mountBranchChoice } from './charts/drawn.js';
import { mountHeatmap } from './charts/heatmap.js';
import { mountTraining } from './charts/training.js';
import { mountTwin } from './charts/twin.js';
import { mountHeat, mountHeatmapScale, mountQuantity, mountScale, mountScrubber } from './controls/choice.js';
import { mountFields } from './controls/fields.js';
import { mountPresets } from './controls/presets.js';
import { mountShare } from './controls/share.js';
import { mountTransport } from './controls/transport.js';
import { mountDiagram } from './diagram/diagram.js';
import { mountLegend } from './diagram/legend.js';
import { mountSizeNote } from './diagram/sizenote.js';
import { mountTools } from './diagram/tools.js';
import { mountFiles } from './files.js';
import { mountFollower } from './follower.js';
import { mountHeadline } from './headline.js';
import { later } from './later.js';
import { mountConnection, mountProblem, mountSentence } from './notices.js';
import { whileSeen } from './onscreen.js';
import { mountAlert, mountOutside } from './outside.js';
import { mountPinned } from './pinned.js';
import { mountWaiting } from './waiting.js';

/** @typedef {import('./state/store.js').Store} Store */
/** @typedef {import('./state/store.js').View} View */
/** @typedef {import('./onscreen.js').Drawn} Drawn */

/** The places of numbers. */
const NUMBERS = ['gradient', 'activation', 'branch', 'curves', 'heatmap'];

/**
 * Mount what the element has places for.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {{views: View[], outlined: View[], say: (text: string) => void, hold: (words: string|null) => void}}
 *   `outlined`: those that need no number; `say` puts words in place of the sentence; `hold` keeps what is only an
 *   outline from being acted on, with words where its numbers will stand, and null ends that
 */
export function mountParts(root, store) {
  const find = (/** @type {string} */ name) =>
    /** @type {HTMLElement|null} */ (root.querySelector(`[data-part="${name}"]`));
  /** @template {View} V @param {string} name @param {(place: HTMLElement) => V} mount @returns {V|null} */
  const part = (name, mount) => {
    const place = find(name);
    return place && mount(place);
  };
  /** @param {string} name @param {(place: HTMLElement) => Drawn} mount */
  const chart = (name, mount) => part(name, (place) => whileSeen(place, mount));
  /** @param {(View|null)[]} views @returns {View[]} */
  const present = (views) => views.flatMap((view) => (view ? [view] : []));

  const diagram = part('diagram', (place) => mountDiagram(place, store));
  /** @type {Record<string, Drawn>} */
  const charts = Object.fromEntries(
    Object.entries({
      'Gradient by depth': chart('gradient', (place) =>
        mountDepth(place, store, { name: 'gradient by depth', drawn: () => GRADIENT, theory: 'gradient_rms' }),
      ),
      'Activation by depth': chart('activation', (place) =>
        mountDepth(place, store, { name: 'activation by depth', drawn: () => ACTIVATION, theory: 'activation_rms' }),
      ),
      'Branch by depth': chart('branch', (place) =>
        mountDepth(place, store, {
          name: 'branch by depth',
          drawn: ({ branch }) => BRANCH[branch],
          choice: (root) => mountBranchChoice(root, store),
        }),
      ),
      Training: chart('curves', (place) => mountTraining(place, store)),
      'Every layer, every step': part('heatmap', (place) => mountHeatmap(place, find('codes'), store)),
    }).flatMap(([title, view]) => (view ? [[title, view]] : [])),
  );
  const waiting = mountWaiting(NUMBERS.flatMap((name) => find(name) ?? []));
  const sentence = part('sentence', mountSentence);
  const headline = part('headline', (place) => mountHeadline(place, store));
  const outlined = present([
    diagram,
    part('diagram', mountSizeNote),
    part('legend', (place) => mountLegend(place, store)),
    diagram && part('tools', (place) => mountTools(place, store, diagram, root)),
    part('presets', (place) => mountPresets(place, store)),
    part('controls', (place) => mountFields(place, store)),
  ]);
  const views = [
    ...outlined,
    ...present([
      part('details', (place) =>
        later(
          ({ selection }) => selection !== null,
          async () => {
            const { mountDetails } = await import('./late.js');
            return () => mountDetails(place, store, root);
          },
        ),
      ),
      part('transport', (place) => mountTransport(place, store)),
      part('share', (place) => mountShare(place, store, charts)),
      part('quantity', (place) => mountQuantity(place, store)),
      part('scale', (place) => mountScale(place, store)),
      part('heat', (place) => mountHeat(place, store)),
      part('heatmap-scale', (place) => mountHeatmapScale(place, store)),
      part('scrubber', (place) => mountScrubber(place, store)),
      ...Object.values(charts),
      part('gradient', (place) => mountPinned(place.closest('figure') ?? place)),
      part('batch', (place) => mountBatch(place, store)),
      part('twin', (place) => mountTwin(place, store)),
      part('problem', (place) => mountProblem(place, store, root)),
      part('connection', mountConnection),
      part('alert', mountAlert),
      part('files', (place) => ({ update() {}, ...mountFiles(root, place, filesOf(store)) })),
      part('outside', mountOutside),
      mountFollower([find('presets'), find('controls')]),
      headline,
      sentence,
    ]),
  ];
  return {
    views,
    outlined,
    say(text) {
      sentence?.say(text);
      headline?.say(text);
    },
    hold(words) {
      const held = words !== null;
      waiting(words);
      for (const place of [find('diagram')?.closest('.panel'), find('presets'), find('controls')])
        place?.toggleAttribute('inert', held);
    },
  };
}

/** Of a laboratory one file is opened. @param {Store} store */
function filesOf(store) {
  return {
    text: 'Open a run’s file',
    title:
      'A file of skipscope.watch, or a recorder’s Parquet; it may be dropped on this page too, and is sent nowhere',
    accept: '.skipscope,.parquet',
    open: async (/** @type {File[]} */ files) => {
      if (files[0]) await store.commands.openFile(files[0]);
    },
  };
}
