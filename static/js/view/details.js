/**
 * @file The selected block as a picture; its equation with measured numbers, every layer in it, the strength of its
 * shortcut, and its history over the steps. Of the stem and of the head, the layers. It lies beside the diagram, or,
 * large, in its place.
 */

import { isEnd, layersOf, nameAt, placeOf } from '../figure/ends.js';
import { costOf, factsOf, sizeOf } from '../figure/facts.js';
import { looksOf } from '../figure/networks.js';
import { mountBlockMaps } from './blockmaps.js';
import { mountBlockPicture } from './blockpicture.js';
import { createLines } from './charts/lines.js';
import { historyOf, tellHistory } from './diagram/blockhistory.js';
import { equation, termsOf } from './diagram/equation.js';
import { focusedNear, h, isOwn } from './dom.js';
import { explainedSign } from './help/explained.js';
import { fillLayers } from './layertable.js';
import { letterMark } from './lettermark.js';
import { mountShortcutControls } from './shortcutcontrols.js';
import { isReadOnly } from './state/readonly.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/state.js').Focus} Focus */
/** @typedef {import('./state/state.js').Variant} Variant */
/** @typedef {import('./state/store.js').Store} Store */
/** @typedef {import('./state/store.js').View} View */

/**
 * Mount the details.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {HTMLElement} scope in which Escape is heard
 * @returns {View}
 */
export function mountDetails(root, store, scope) {
  const named = store.id('details-title');
  const title = h('h2', { id: named, tabindex: -1 });
  root.setAttribute('aria-labelledby', named);
  const subtitle = h('p', { class: 'details-subtitle' });
  const size = h('p', { class: 'details-size' });
  const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {() => void} */ act) =>
    h('button', { type: 'button', class: 'icon-button small', 'aria-label': name, title: name, onclick: act }, text);
  /** Close, and lead the focus back to where the block lies in the diagram. */
  const close = () => {
    const at = where(store.state);
    const lost =
      root.contains(focusedNear(root)) || focusedNear(root) === null || document.activeElement === document.body;
    setInert(false);
    store.dispatch({ type: 'select', focus: null });
    if (!at || !lost) return;
    const switches = [...scope.querySelectorAll('.switches button')].filter((one) => isOwn(scope, one));
    const own = switches.find((one) => one.matches(`[data-variant="${at.v}"][data-block="${at.b}"]`));
    const stop = own ?? switches.find((one) => one.matches(':not(.stage-skip)[tabindex="0"]'));
    if (stop instanceof HTMLElement) stop.focus();
  };
  const large = h('button', {
    type: 'button',
    class: 'button small details-large',
    onclick: () => store.dispatch({ type: 'large', on: !store.state.large }),
  });
  const networks = h('div', { class: 'details-networks', role: 'group', 'aria-label': 'Network', hidden: true });
  const head = h(
    'header',
    { class: 'details-head' },
    large,
    h('div', {}, title, subtitle),
    explainedSign(store, 'block', 'this block'),
    networks,
    button('Previous block', '‹', () => go(-1)),
    button('Next block', '›', () => go(1)),
    button('Close details', '×', close),
  );
  const drawn = h('div', { class: 'block-picture' });
  const picture = mountBlockPicture(drawn);
  const pictures = h('section', { class: 'details-maps' });
  const maps = mountBlockMaps(pictures, store);
  const sums = h('div', { class: 'details-sums' });
  const shortcut = mountShortcutControls(store, where);
  const layers = h('table', { class: 'details-layers' });
  const plot = h('div', { class: 'details-history' });
  const past = h('section', { class: 'details-past' }, h('h3', {}, 'Over the steps'), plot);
  const history = createLines(plot, {
    onPoint: () => {},
    onPick: (x) => store.dispatch({ type: 'show', step: Math.round(x) }),
    tell: (x) => {
      const at = where(store.state);
      return at?.isBlock ? tellHistory(store.state, at.v, at.b, x) : null;
    },
  });
  const inside = h('h3', {});
  const insides = h(
    'div',
    { class: 'details-part' },
    inside,
    size,
    h('div', { class: 'details-scroll', tabindex: 0, role: 'region', 'aria-labelledby': named }, layers),
  );
  root.append(
    head,
    h(
      'div',
      { class: 'details-body' },
      drawn,
      pictures,
      h('div', { class: 'details-part' }, sums, shortcut.element, past),
      insides,
    ),
  );

  /** @param {number} by */
  const go = (by) => {
    const at = where(store.state);
    const name = at && nameAt(store.state.variants[at.v], at.b + by);
    if (at && name) choose(at.v, name);
  };
  /** @param {number} v @param {string} name */
  const choose = (v, name) =>
    store.dispatch({ type: 'select', focus: { variant: v, block: name, tap: isEnd(name) ? null : name, layer: null } });
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.key === 'Escape' && store.state.selection && isOwn(scope, event.target)) close();
  };
  scope.addEventListener('keydown', key);

  /** Keep the keyboard out of the parts that lie under it while it is large. @param {boolean} on */
  const setInert = (on) => {
    for (const other of root.parentElement?.children ?? []) if (other !== root) other.toggleAttribute('inert', on);
  };

  /** The parts of the state that every view of the selection reads. @param {State} state */
  const selected = (state) => [state.selection, state.theme, state.variants, isReadOnly(state)];
  const views = [
    whenChanged(selected, (/** @type {State} */ state) => {
      const { v, b, isBlock } = at(state);
      const variant = state.variants[v];
      const { foreign } = variant.summary;
      for (const part of [drawn, pictures]) part.hidden = !isBlock || foreign !== undefined;
      sums.hidden = !isBlock && !foreign;
      large.hidden = foreign !== undefined;
      insides.hidden = foreign !== undefined;
      shortcut.element.hidden = !isBlock || isReadOnly(state);
      title.textContent = nameAt(variant, b);
      subtitle.textContent = isBlock
        ? `${variant.label}, ${foreign ? 'place' : 'block'} ${b + 1} of ${variant.blocks.length}`
        : `${variant.label}, ${b < 0 ? 'before the first' : 'after the last'} block`;
      inside.textContent = isBlock ? 'Inside the block' : `Inside the ${title.textContent}`;
      size.textContent = (isBlock ? sizeOf(variant, b) : costOf(layersOf(variant, title.textContent)))
        .map(([name, value]) => `${name} ${value}`)
        .join(' · ');
    }),
    whenChanged(
      (state) => [state.selection, state.theme, state.variants],
      (/** @type {State} */ state) => {
        const { v, b } = at(state);
        const hadFocus = networks.contains(focusedNear(networks));
        networks.hidden = state.variants.length < 2;
        const buttons = looksOf(state).map((look, i) => {
          const name = sameIn(state.variants[i], state.variants[v], b);
          return h(
            'button',
            {
              type: 'button',
              class: 'icon-button small',
              'aria-pressed': String(i === v),
              'aria-label': `${look.label}: ${name}`,
              title: `${look.label}: ${name}`,
              onclick: () => choose(i, name),
            },
            letterMark(look),
          );
        });
        networks.replaceChildren(...buttons);
        if (hadFocus) buttons[v].focus();
      },
    ),
    whenChanged(
      ({ large }) => [large],
      (/** @type {State} */ state) => {
        root.classList.toggle('large', state.large);
        large.textContent = state.large ? '← Diagram' : 'Large';
        large.title = state.large
          ? 'Back to the diagram'
          : 'The block in the diagram’s place; Enter on it does the same';
        setInert(state.large);
        if (state.large && !root.contains(focusedNear(root))) title.focus({ preventScroll: true });
        if (state.large) root.scrollTop = 0;
      },
    ),
    whenChanged(
      (state) => [...selected(state), state.values],
      (/** @type {State} */ state) => {
        const { v, b, isBlock } = at(state);
        const { foreign } = state.variants[v].summary;
        if (foreign) {
          sums.replaceChildren(...listOf(factsOf(state, /** @type {Focus} */ (state.selection))));
          return;
        }
        fillLayers(layers, state, v, b);
        if (!isBlock) return;
        picture.update(state, v, b);
        const { forward, backward } = termsOf(state, v, b);
        sums.replaceChildren(
          h('p', { class: 'details-what' }, 'forward, RMS of each term'),
          equation(forward),
          h('p', { class: 'details-what' }, 'backward, RMS of each part of the gradient'),
          equation(backward),
        );
      },
    ),
    whenChanged(
      (state) => [...selected(state), state.values, state.large],
      (/** @type {State} */ state) => {
        const { v, b, isBlock } = at(state);
        if (isBlock && !state.variants[v].summary.foreign) maps.update(state, v, b);
      },
    ),
    shortcut.update,
    whenChanged(
      (state) => [...selected(state), state.history, state.changes, state.step],
      (/** @type {State} */ state) => {
        const { v, b, isBlock } = at(state);
        const chart = isBlock ? historyOf(state, v, b) : null;
        past.hidden = chart === null;
        if (chart) history.update(chart);
      },
    ),
  ];

  return {
    update(state) {
      root.hidden = where(state) === null;
      if (root.hidden) setInert(false);
      for (const view of views) {
        if (root.hidden) view.again();
        else view(state);
      }
    },
    destroy() {
      scope.removeEventListener('keydown', key);
      setInert(false);
      history.destroy();
      picture.destroy();
      maps.destroy();
      root.replaceChildren();
      root.classList.remove('large');
      root.removeAttribute('aria-labelledby');
      root.hidden = true;
    },
  };
}

/** Facts and numbers of a place, as lists. @param {import('../figure/facts.js').Facts|null} found */
function listOf(found) {
  const rows = (/** @type {[string, string][]} */ list) =>
    list.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));
  return found
    ? [
        h('dl', { class: 'details-facts' }, ...rows(found.facts)),
        h('p', { class: 'details-what' }, found.measure),
        h('dl', {}, ...rows(found.numbers)),
      ]
    : [];
}

/**
 * The block of another network that stands where this one does.
 *
 * @param {Variant} other @param {Variant} own @param {number} b
 */
function sameIn(other, own, b) {
  const name = nameAt(own, b);
  if (isEnd(name) || other.blocks.includes(name)) return name;
  return other.blocks[Math.min(b, other.blocks.length - 1)];
}

/** The selected block, stem or head, while there is one. @param {State} state */
function at(state) {
  return /** @type {NonNullable<ReturnType<typeof where>>} */ (where(state));
}

/** The selected block, stem or head. @param {State} state */
function where({ selection, variants, values }) {
  const b = values.length === 0 || !selection ? null : placeOf(variants[selection.variant], selection.block);
  return selection && b !== null ? { v: selection.variant, b, isBlock: !isEnd(selection.block) } : null;
}
