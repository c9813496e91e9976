/** @file One image of the batch in the selected block, as pictures; measured anew for the networks as they are. */
import { mapsPicture } from '../figure/large/maps.js';
import { readBlock } from '../figure/large/reading.js';
import { mapsOf } from '../figure/lesson/blockmaps.js';
import { drawnBatch } from '../figure/measured.js';
import { h } from './dom.js';
import { createScene } from './scene.js';
import { mapsRequestOf } from './state/mapsrequest.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').Store} Store */

const TRAINED = 'The pictures are measured before training. Go back to the start to see them.';
const WAITING = 'Measuring …';
/** In pixels; diagram.css has it too. */
const MOST = 1560;

/**
 * Mount the pictures.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 */
export function mountBlockMaps(root, store) {
  const named = store.id('maps-title');
  const choice = h('input', { type: 'number', class: 'field-input', min: 1, step: 1, value: 1 });
  const of = h('span', { class: 'panel-what' });
  const note = h('p', { class: 'details-note', role: 'status' });
  const scene = createScene();
  const drawn = h('div', { class: 'block-maps' }, scene.element);
  root.setAttribute('aria-labelledby', named);
  root.append(
    h(
      'div',
      { class: 'details-image' },
      h('h3', { id: named }, 'One image, measured'),
      h('label', {}, 'Image ', choice),
      of,
    ),
    note,
    drawn,
  );
  /** @type {{reading: import('../figure/large/reading.js').Reading, maps: ReturnType<typeof mapsOf>}|null} */
  let shown = null;
  let width = 0;
  let latest = 0;
  /** @type {[State, number, number]|null} */
  let last = null;

  const draw = () => {
    drawn.hidden = shown === null;
    if (shown && width > 0) scene.draw(mapsPicture(shown.reading, shown.maps, width));
  };
  /** @param {string} text */
  const say = (text) => {
    note.textContent = text;
    note.hidden = text === '';
  };
  /** @param {State} state @param {number} v @param {number} b */
  const measure = async (state, v, b) => {
    latest += 1;
    const own = latest;
    const count = drawnBatch(state);
    choice.max = String(count);
    of.textContent = `of ${count}`;
    if (state.measured?.step !== null) {
      shown = null;
      say(TRAINED);
      draw();
      return;
    }
    if (!shown) say(WAITING);
    try {
      const image = Math.min(count, Math.max(1, Math.round(Number(choice.value)) || 1)) - 1;
      const reading = readBlock(state, v, b);
      const one = {
        ...state,
        variants: [state.variants[v]],
        measured: { ...state.measured, nets: [state.measured.nets[v]] },
      };
      const { variants } = await store.commands.maps(mapsRequestOf(one, { block: reading.name, image }));
      if (own !== latest) return;
      shown = { reading, maps: mapsOf(variants[0]) };
      const [channels] = shown.maps.maps.sum?.shape ?? [0];
      const part = shown.maps.maps.sum?.pixels.length ?? 0;
      say(
        part < channels ? `The first ${part} of ${channels} channels are drawn; RMS are of all, over the batch.` : '',
      );
    } catch (error) {
      if (own !== latest) return;
      shown = null;
      say(error instanceof Error ? error.message : String(error));
    }
    draw();
  };
  choice.addEventListener('change', () => last && void measure(...last));
  const observer = new ResizeObserver(() => {
    const next = Math.min(root.clientWidth, MOST);
    if (next === width) return;
    width = next;
    draw();
  });
  observer.observe(root);
  const watch = whenChanged(
    (/** @type {{state: State, v: number, b: number}} */ { state: { variants, values, measured, settings }, v, b }) => [
      variants,
      values,
      measured,
      settings.dataset,
      settings.seed,
      v,
      b,
    ],
    ({ state, v, b }) => {
      last = [state, v, b];
      void measure(state, v, b);
    },
  );

  return {
    /** @param {State} state @param {number} v @param {number} b */
    update(state, v, b) {
      root.hidden = !state.large || state.recording;
      if (root.hidden) watch.again();
      else watch({ state, v, b });
    },
    destroy() {
      latest += 1;
      observer.disconnect();
      root.replaceChildren();
    },
  };
}
