/**
 * @file The first images of the batch with the networks' answers: filled where they are right, outlined where wrong.
 * Images are asked for while somebody can see them, and changed with the answers, so that both are of one step.
 */
import { countRight, tilesOf } from '../figure/batch.js';
import { looksOf } from '../figure/networks.js';
import { tilesWithin } from './batchtiles.js';
import { h } from './dom.js';
import { explainedName } from './help/explained.js';
import { letterMark } from './lettermark.js';
import { isStructure } from './state/phase.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/store.js').Store} Store */
/** @typedef {import('./state/store.js').View} View */
/** @typedef {import('../figure/batch.js').Batch} Batch */

/** In milliseconds: during a run the batch changes no more often, so that somebody can look at it, */
const EVERY = 3000;
/** and images are asked for in at most one part of so many of the time. */
const SHARE = 4;
/** A class name of more letters has a wide tile. */
const LONG = 2;
const LOST = { title: 'not kept', detail: 'The answers to the single images of this run were not kept.' };

/**
 * Mount the panel.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountBatch(root, store) {
  const named = store.id('batch-title');
  const of = h('span', { class: 'panel-what' });
  const counts = h('p', { class: 'batch-counts' });
  const fold = h('button', { type: 'button', class: 'button small', onclick: () => toggle() });
  const note = h('p', { class: 'batch-note' });
  const list = h('ul', { class: 'batch-images', tabindex: 0, 'aria-labelledby': named });
  const body = h('div', { class: 'batch-body' }, note, list);
  const show = tilesWithin(list);
  root.setAttribute('aria-labelledby', named);
  root.append(
    h(
      'header',
      { class: 'panel-head' },
      h('h2', { id: named }, explainedName(store, 'batch', 'This batch'), ' ', of),
      counts,
      fold,
    ),
    body,
  );

  /** The state that was told last, and the one that is to be shown yet. @type {State|null} */
  let last = null;
  /** @type {State|null} */
  let wanted = null;
  /**
   * It waits for the frame of a run's next step, because a frame of its own costs as much as the step's.
   *
   * @type {{state: State, picture: string|null}|null}
   */
  let drawn = null;
  let seen = false;
  let busy = false;
  let ready = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let later;

  const isOpen = () => body.getClientRects().length > 0;
  const say = () => {
    fold.setAttribute('aria-expanded', String(isOpen()));
    fold.textContent = isOpen() ? 'Hide' : 'Show';
  };
  const toggle = () => {
    root.dataset.open = isOpen() ? 'no' : 'yes';
    say();
  };

  /** Show the newest state, with its images where they are seen. */
  const next = async () => {
    if (busy || !wanted) return;
    clearTimeout(later);
    const state = wanted;
    const wait = isRunning(state) ? ready - performance.now() : 0;
    if (wait > 0) {
      later = setTimeout(next, wait);
      return;
    }
    wanted = null;
    busy = true;
    const asked = performance.now();
    const picture = seen && state.batch ? await pictureOf(state.batch) : null;
    busy = false;
    if (closed) return;
    if (isRunning(state) && last && isRunning(last)) drawn = { state, picture };
    else write(state, picture);
    ready = asked + Math.max(EVERY, SHARE * (performance.now() - asked));
    if (wanted) void next();
  };

  /** The address of images that have come; null where there are none. @param {Batch} batch */
  const pictureOf = async ({ dataset, images }) => {
    const address = store.commands.pictures(dataset, images);
    if (!address) return null;
    const image = new Image();
    image.src = address;
    try {
      await image.decode();
    } catch {
      return null; // the words below the images say that they did not come
    }
    return address;
  };

  /** @param {State} state @param {string|null} picture */
  const write = (state, picture) => {
    const { batch } = state;
    const looks = looksOf(state);
    of.textContent = titleOf(state);
    const count = batch?.images.length ?? 0;
    const all = state.measured?.batchSize ?? count;
    counts.replaceChildren(
      ...(batch
        ? looks.map((look, v) =>
            h('span', { title: look.label }, letterMark(look), ` ${countRight(batch, v)}`, hidden(` of ${look.label}`)),
          )
        : []),
      ...(batch ? [`right of ${all > count ? `the first ${count} of ${all}` : count}`] : []),
    );
    if (!seen) return;
    note.textContent = noteOf(state, picture);
    note.hidden = note.textContent === '';
    list.hidden = batch === null;
    if (!batch) return;
    const info = state.datasets.find(({ name }) => name === batch.dataset);
    const classes = info?.classes ?? [];
    const tiles = tilesOf(
      batch,
      classes,
      looks.map(({ label }) => label),
    );
    list.classList.toggle(
      'wide',
      classes.some((name) => name.length > LONG),
    );
    list.classList.toggle('bare', picture === null);
    show(tiles, looks, picture);
  };

  let closed = false;
  const observer = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    say();
    if (!seen) return;
    wanted = last;
    ready = 0;
    void next();
  });
  observer.observe(body);
  const watch = whenChanged(
    ({ batch, variants, measured, theme, shown, phase, hide }) => [
      batch,
      variants,
      measured,
      theme,
      shown,
      phase,
      hide,
    ],
    (/** @type {State} */ state) => {
      root.hidden = isStructure(state) || state.run.outside !== null || state.hide.includes('batch');
      if (drawn && isRunning(state)) write(drawn.state, drawn.picture);
      drawn = null;
      last = state;
      wanted = state;
      void next();
    },
  );
  say();

  return {
    update: watch,
    destroy() {
      closed = true;
      clearTimeout(later);
      observer.disconnect();
      root.replaceChildren();
      root.removeAttribute('aria-labelledby');
      delete root.dataset.open;
    },
  };
}

/** @param {State} state */
function isRunning({ phase, shown }) {
  return phase === 'running' && shown === 'live';
}

/** @param {State} state */
function titleOf({ batch, measured, step }) {
  if (!measured) return '';
  if (!batch) return LOST.title;
  return measured.step === null ? 'answers at initialisation' : `answers at step ${step}`;
}

/** @param {State} state @param {string|null} picture */
function noteOf({ batch, measured, recording }, picture) {
  if (picture || !measured) return '';
  if (!batch) return LOST.detail;
  return recording
    ? 'The images are not kept in this file: above the answers stands the class of each.'
    : 'The images did not come: above the answers stands the class of each.';
}

/** Words for those who do not see. @param {string} text */
function hidden(text) {
  return h('span', { class: 'visually-hidden' }, text);
}
