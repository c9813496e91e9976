/**
 * @file The controls that lie over the diagram: a switch on each skip, one on each stage's row, a handle on each block.
 * Real buttons, with one tab stop and arrow keys among them.
 */

import { endPlaces, isEnd, nameAt } from '../../figure/ends.js';
import { drawnVariants } from '../../figure/measured.js';
import { round } from '../../figure/path.js';
import { focusedNear, h } from '../dom.js';
import { isReadOnly } from '../state/readonly.js';
import { whenChanged } from '../state/select.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../../figure/layout.js').Layout} Layout */
/** @typedef {import('../../figure/layout.js').BlockPlace} BlockPlace */
/** @typedef {import('../../figure/layout.js').StagePlace} StagePlace */
/** @typedef {import('../../figure/path.js').Rect} Rect */

const HELP = {
  own:
    'Arrow keys go from skip to skip, and to the stem and the head; Space connects or cuts a skip, ' +
    'Enter opens the block, Enter again shows it large.',
  foreign: 'Arrow keys go from place to place; Enter opens it.',
};

/**
 * Mount the controls over a diagram.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 */
export function mountSwitches(root, store) {
  const help = h('p', { id: store.id('skip-help'), class: 'visually-hidden' }, HELP.own);
  const layer = h('div', {
    class: 'switches',
    role: 'group',
    'aria-label': 'Skip connections',
    'aria-describedby': help.id,
  });
  root.append(layer, help);

  /** @type {{element: HTMLButtonElement, place: BlockPlace}[]} */
  let skips = [];
  /** @type {{element: HTMLButtonElement, place: StagePlace}[]} */
  let stages = [];
  /** @type {Layout|null} */
  let drawn = null;
  let current = 0;

  /** @param {HTMLElement} element @param {Rect} rect */
  const put = (element, rect) => {
    element.style.left = `${round(rect.x)}px`;
    element.style.top = `${round(rect.y)}px`;
    element.style.width = `${round(rect.w)}px`;
    element.style.height = `${round(rect.h)}px`;
  };

  const build = whenChanged(
    (state) => [drawn, ...state.variants.map(({ label, blocks }) => `${label} ${blocks.length}`)],
    (/** @type {State} */ state) => {
      const layout = /** @type {Layout} */ (drawn);
      const hadFocus = layer.contains(focusedNear(layer));
      const before = skips[current]?.place;
      const ends = endPlaces(layout, state.variants).map((place) => {
        const variant = state.variants[place.variant];
        const element = h('button', {
          type: 'button',
          class: 'end',
          tabindex: -1,
          'aria-label': `${nameAt(variant, place.block)} of ${variant.label}`,
        });
        put(element, place);
        return { element, place };
      });
      const switches = layout.switches.map((place) => {
        const { label, blocks, summary } = state.variants[place.variant];
        const element = h('button', {
          type: 'button',
          class: 'skip',
          role: summary.foreign ? null : 'switch',
          tabindex: -1,
          'aria-label': `${summary.foreign ? '' : 'skip of '}${blocks[place.block]}, ${label}`,
          'data-variant': place.variant,
          'data-block': place.block,
        });
        put(element, place);
        return { element, place };
      });
      skips = [...switches, ...ends];
      stages = layout.stages
        .filter((place) => place.blocks.length > 0 && !state.variants[place.variant].summary.foreign)
        .map((place) => {
          const { label } = state.variants[place.variant];
          const what = place.stage === 'focus' ? 'the blocks in focus' : place.stage;
          const element = h(
            'button',
            {
              type: 'button',
              class: 'stage-skip',
              role: 'checkbox',
              'aria-label': `skips of ${what}, ${label}`,
              title: `Connect or cut all skips of ${what}, ${label}`,
            },
            h('span', { class: 'pill', 'aria-hidden': 'true' }),
          );
          put(element, place);
          return { element, place };
        });
      const isForeign = state.variants.some(({ summary }) => summary.foreign);
      help.textContent = isForeign ? HELP.foreign : HELP.own;
      layer.setAttribute('aria-label', isForeign ? 'Places' : 'Skip connections');
      layer.replaceChildren(...stages.map((one) => one.element), ...skips.map((one) => one.element));
      const same = skips.findIndex(
        ({ place }) => before && place.variant === before.variant && place.block === before.block,
      );
      current = Math.max(0, same);
      skips[current]?.element.setAttribute('tabindex', '0');
      if (hadFocus) skips[current]?.element.focus({ preventScroll: true });
    },
  );

  /** @param {State} state */
  const mark = (state) => {
    const drawn = drawnVariants(state);
    const fixed = isReadOnly(state);
    for (const { element, place } of [...skips, ...stages]) {
      if (isPlain(element, state, place) || element.hasAttribute('aria-disabled') === fixed) continue;
      if (fixed) element.setAttribute('aria-disabled', 'true');
      else element.removeAttribute('aria-disabled');
    }
    for (const {
      element,
      place: { variant, block },
    } of skips) {
      if (isPlain(element, state, { variant })) continue;
      const on = state.variants[variant].skips[block] ?? false;
      if (element.getAttribute('aria-checked') !== String(on)) element.setAttribute('aria-checked', String(on));
      element.classList.toggle('pending', on !== (drawn[variant].skips[block] ?? false));
    }
    for (const { element, place } of stages) {
      const { skips: all } = state.variants[place.variant];
      const on = place.blocks.filter((block) => all[block]).length;
      const value = on === 0 ? 'false' : on === place.blocks.length ? 'true' : 'mixed';
      if (element.getAttribute('aria-checked') !== value) element.setAttribute('aria-checked', value);
    }
  };

  /** @param {EventTarget|null} target */
  const skipAt = (target) => skips.find(({ element }) => element === target);

  /** @param {number} index */
  const go = (index) => {
    const next = skips[index];
    if (!next) return;
    skips[current]?.element.setAttribute('tabindex', '-1');
    current = index;
    next.element.setAttribute('tabindex', '0');
    next.element.focus();
  };

  layer.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const skip = skipAt(button);
    const fixed = isReadOnly(store.state);
    if (skip && (fixed || skip.element.className === 'end'))
      store.dispatch({ type: 'select', focus: focusOf(store.state, skip.place) });
    else if (skip) void store.commands.toggle(skip.place.variant, skip.place.block);
    const stage = stages.find(({ element }) => element === button);
    if (stage && !fixed) void toggleMany(store, stage.place.variant, stage.place.blocks, stage.place.stage);
  });
  layer.addEventListener('keydown', (event) => {
    const skip = skipAt(event.target);
    if (!skip || !drawn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      const [{ selection }, focus] = [store.state, focusOf(store.state, skip.place)];
      const again = selection?.variant === focus.variant && selection.block === focus.block;
      const opens = again && !isPlain(skip.element, store.state, skip.place);
      store.dispatch(opens ? { type: 'large', on: true } : { type: 'select', focus });
      return;
    }
    const target = nextSkip(
      drawn,
      skips.map(({ place }) => place),
      skips.indexOf(skip),
      event.key,
    );
    if (target === null) return;
    event.preventDefault();
    go(target);
  });
  /** @param {Event} event */
  const enter = (event) => {
    const skip = skipAt(event.target);
    if (!skip) return;
    if (event.type === 'focusin') {
      skips[current]?.element.setAttribute('tabindex', '-1');
      current = skips.indexOf(skip);
      skip.element.setAttribute('tabindex', '0');
    }
    store.dispatch({ type: 'hover', focus: focusOf(store.state, skip.place) });
  };
  const leave = () => store.dispatch({ type: 'hover', focus: null });
  layer.addEventListener('pointerover', enter);
  layer.addEventListener('focusin', enter);
  layer.addEventListener('pointerout', leave);
  layer.addEventListener('focusout', leave);

  return {
    layer,
    /** @param {State} state @param {Layout} layout */
    update(state, layout) {
      drawn = layout;
      build(state);
      mark(state);
    },
    destroy() {
      layer.remove();
      help.remove();
    },
  };
}

/** Is it no switch? @param {Element} element @param {State} state @param {{variant: number}} place */
function isPlain(element, state, { variant }) {
  return element.className === 'end' || state.variants[variant]?.summary.foreign !== undefined;
}

/** @param {State} state @param {{variant: number, block: number}} place */
export function focusOf(state, place) {
  const block = nameAt(state.variants[place.variant], place.block);
  return { variant: place.variant, block, tap: isEnd(block) ? null : block, layer: null };
}

/**
 * Connect the skips of these blocks, or cut them where all are connected.
 *
 * @param {Store} store @param {number} variant @param {number[]} blocks @param {string} name
 */
export function toggleMany(store, variant, blocks, name) {
  const { skips, label } = store.state.variants[variant];
  const on = !blocks.every((block) => skips[block]);
  const next = skips.map((skip, block) => (blocks.includes(block) ? on : skip));
  return store.commands.setSkips(variant, next, `${on ? 'connect' : 'cut'} ${name}, ${label}`);
}

/**
 * Find where an arrow key leads: along the flow to the next block, across it to the same block of the next network.
 *
 * @param {Layout} layout @param {BlockPlace[]} places @param {number} index @param {string} key
 * @returns {number|null}
 */
export function nextSkip(layout, places, index, key) {
  const here = places[index];
  const along = layout.kind === 'columns' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  const across = layout.kind === 'columns' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const at = (/** @type {number} */ variant, /** @type {number} */ block) => {
    const found = places.findIndex((place) => place.variant === variant && place.block === block);
    return found < 0 ? null : found;
  };
  if (key === along[0]) return at(here.variant, here.block - 1);
  if (key === along[1]) return at(here.variant, here.block + 1);
  const own = places
    .flatMap((place, i) => (place.variant === here.variant ? [{ i, block: place.block }] : []))
    .sort((a, b) => a.block - b.block);
  if (key === 'Home') return own[0].i;
  if (key === 'End') return own[own.length - 1].i;
  const side = across.indexOf(key);
  if (side < 0) return null;
  const sibling = at(here.variant + (side === 0 ? -1 : 1), here.block);
  if (sibling !== null) return sibling;
  return nearest(layout, places, index, side === 0 ? -1 : 1);
}

/**
 * The nearest skip of the next row or column.
 *
 * @param {Layout} layout
 * @param {BlockPlace[]} places
 * @param {number} index
 * @param {1|-1} sign
 */
function nearest(layout, places, index, sign) {
  const down = layout.kind === 'columns';
  const centre = (/** @type {BlockPlace} */ p) =>
    down ? [p.y + p.h / 2, p.x + p.w / 2] : [p.x + p.w / 2, p.y + p.h / 2];
  const [u, v] = centre(places[index]);
  let best = null;
  let least = Infinity;
  places.forEach((place, i) => {
    const [pu, pv] = centre(place);
    if ((pv - v) * sign < 12) return;
    const cost = Math.abs(pv - v) * 3 + Math.abs(pu - u);
    if (cost < least) [best, least] = [i, cost];
  });
  return best;
}
