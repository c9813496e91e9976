/**
 * @file The selected block: its equation with measured numbers, every layer in it, the strength of its shortcut, and
 * its history over the steps. Of the stem and of the head, the layers.
 */

import { isEnd, layersOf, nameAt, placeOf } from '../figure/ends.js';
import { costOf, count, isDropped, shape, short, sizeOf } from '../figure/facts.js';
import { drawnVariants } from '../figure/measured.js';
import { formatNumber } from '../figure/scale.js';
import { createLines } from './charts/lines.js';
import { historyOf, tellHistory } from './diagram/blockhistory.js';
import { equation, termsOf } from './diagram/equation.js';
import { h, isOwn } from './dom.js';
import { isReadOnly } from './state/readonly.js';
import { whenChanged } from './state/select.js';

/** @typedef {import('./state/state.js').State} State */
/** @typedef {import('./state/state.js').Layer} Layer */
/** @typedef {import('./state/store.js').Store} Store */
/** @typedef {import('./state/store.js').View} View */

const STEP = 0.05;

/**
 * Mount the details.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {HTMLElement} scope in which Escape is heard
 * @returns {View}
 */
export function mountDetails(root, store, scope) {
  const [named, strong] = [store.id('details-title'), store.id('strength')];
  const title = h('h2', { id: named });
  root.setAttribute('aria-labelledby', named);
  const subtitle = h('p', { class: 'details-subtitle' });
  const size = h('p', { class: 'details-size' });
  const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {() => void} */ act) =>
    h('button', { type: 'button', class: 'icon-button small', 'aria-label': name, title: name, onclick: act }, text);
  const close = () => store.dispatch({ type: 'select', focus: null });
  const head = h(
    'header',
    { class: 'details-head' },
    h('div', {}, title, subtitle),
    button('Previous block', '‹', () => go(-1)),
    button('Next block', '›', () => go(1)),
    button('Close details', '×', close),
  );
  const sums = h('div', { class: 'details-sums' });
  const skip = h('button', {
    type: 'button',
    class: 'button small',
    onclick: () => {
      const at = where(store.state);
      if (at?.isBlock) void store.commands.toggle(at.v, at.b);
    },
  });
  const slider = h('input', { type: 'range', min: 0, max: 1, step: STEP, id: strong });
  const strength = h('output', { for: strong });
  const everywhere = h('input', { type: 'checkbox' });
  const note = h(
    'p',
    { class: 'details-note' },
    'Multiplies the output of the shortcut: measured at once, or from the next step of a run.',
  );
  const controls = h(
    'div',
    { class: 'details-controls' },
    skip,
    h('label', { for: strong }, 'Strength of the shortcut'),
    slider,
    strength,
    h('label', { class: 'check' }, everywhere, 'of all blocks'),
    note,
  );
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
  root.append(
    head,
    h(
      'div',
      { class: 'details-body' },
      sums,
      controls,
      inside,
      size,
      h('div', { class: 'details-scroll', tabindex: 0, role: 'region', 'aria-labelledby': named }, layers),
      past,
    ),
  );

  slider.addEventListener('change', () => {
    const at = where(store.state);
    if (!at?.isBlock) return;
    const value = Number(slider.value);
    const { strength: old, label, blocks } = store.state.variants[at.v];
    const next = old.map((one, b) => (everywhere.checked || b === at.b ? value : one));
    void store.commands.setStrength(
      at.v,
      next,
      `strength ${value} of ${everywhere.checked ? 'all shortcuts' : blocks[at.b]}, ${label}`,
    );
  });
  slider.addEventListener('input', () => {
    strength.textContent = slider.value;
  });

  /** @param {number} by */
  const go = (by) => {
    const at = where(store.state);
    const name = at && nameAt(store.state.variants[at.v], at.b + by);
    if (at && name)
      store.dispatch({
        type: 'select',
        focus: { variant: at.v, block: name, tap: isEnd(name) ? null : name, layer: null },
      });
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.key === 'Escape' && store.state.selection && isOwn(scope, event.target)) close();
  };
  scope.addEventListener('keydown', key);

  /** The parts of the state that every view of the selection reads. @param {State} state */
  const selected = (state) => [state.selection, state.theme, state.variants, isReadOnly(state)];
  const views = [
    whenChanged(selected, (/** @type {State} */ state) => {
      const { v, b, isBlock } = at(state);
      const variant = state.variants[v];
      sums.hidden = !isBlock;
      controls.hidden = !isBlock || isReadOnly(state);
      title.textContent = nameAt(variant, b);
      subtitle.textContent = isBlock
        ? `${variant.label}, block ${b + 1} of ${variant.blocks.length}`
        : `${variant.label}, ${b < 0 ? 'before the first' : 'after the last'} block`;
      inside.textContent = isBlock ? 'Inside the block' : `Inside the ${title.textContent}`;
      size.textContent = (isBlock ? sizeOf(variant, b) : costOf(layersOf(variant, title.textContent)))
        .map(([name, value]) => `${name} ${value}`)
        .join(' · ');
      if (!isBlock) return;
      skip.textContent = variant.skips[b] ? 'Cut the skip' : 'Connect the skip';
      slider.disabled = !variant.skips[b];
      slider.value = String(variant.strength[b] ?? 1);
      strength.textContent = slider.value;
    }),
    whenChanged(
      (state) => [...selected(state), state.values],
      (/** @type {State} */ state) => {
        const { v, b, isBlock } = at(state);
        fillLayers(layers, state, v, b);
        if (!isBlock) return;
        const { forward, backward } = termsOf(state, v, b);
        sums.replaceChildren(
          h('p', { class: 'details-what' }, 'forward, RMS of each term'),
          equation(forward),
          h('p', { class: 'details-what' }, 'backward, L2 norm of each part of the gradient'),
          equation(backward),
        );
      },
    ),
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
      for (const view of views) {
        if (root.hidden) view.again();
        else view(state);
      }
    },
    destroy() {
      scope.removeEventListener('keydown', key);
      history.destroy();
      root.replaceChildren();
      root.removeAttribute('aria-labelledby');
      root.hidden = true;
    },
  };
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

const PATHS = /** @type {Record<string, string>} */ ({
  residual: 'F(x)',
  identity: 'shortcut',
  projection: 'shortcut',
  trunk: 'trunk',
});

/** The columns of the layers' table, and what they say in full. */
const HEADS = [
  ['layer', 'name in the network'],
  ['measured', 'at the step on screen'],
  ['type', 'type, kernel and stride'],
  ['shape', 'of the output: channels, height, width'],
  ['params', 'parameters: learned numbers'],
  ['MACs', 'multiplications with addition, an image'],
  ['field', 'receptive field in the image'],
];

/** @param {HTMLTableElement} table @param {State} state @param {number} v @param {number} b */
function fillLayers(table, state, v, b) {
  const variant = state.variants[v];
  const part = nameAt(variant, b);
  const cut = !isEnd(part) && !drawnVariants(state)[v].skips[b];
  const rows = layersOf(variant, part).map((layer) => {
    const name = layer.name.startsWith(`${part}.`) ? layer.name.slice(part.length + 1) : layer.name;
    const selected = state.selection?.layer === layer.name;
    return h(
      'tr',
      { class: `path-${layer.path}${cut && layer.path !== 'trunk' ? ' cut' : ''}${selected ? ' selected' : ''}` },
      h('th', { scope: 'row', title: `${layer.type}, ${PATHS[layer.path] ?? layer.path}` }, name),
      h('td', {}, numberOf(state, v, layer)),
      h('td', {}, kindOf(layer)),
      h('td', {}, shape(layer.output_shape)),
      h('td', {}, layer.parameters ? count(layer.parameters) : ''),
      h('td', {}, layer.macs ? short(layer.macs) : ''),
      h('td', {}, layer.receptive_field ? `${layer.receptive_field}\u2009px` : ''),
    );
  });
  table.replaceChildren(
    h('thead', {}, h('tr', {}, ...HEADS.map(([text, title]) => h('th', { scope: 'col', title }, text)))),
    h('tbody', {}, ...rows),
  );
}

/** @param {Layer} layer */
function kindOf(layer) {
  const kernel = Array.isArray(layer.kernel) ? layer.kernel[0] : layer.kernel;
  const stride = Array.isArray(layer.stride) ? layer.stride[0] : layer.stride;
  if (layer.type === 'conv') return `${kernel}×${kernel}${stride && stride > 1 ? `, /${stride}` : ''}`;
  return layer.type.replaceAll('_', ' ');
}

/** @param {State} state @param {number} v @param {Layer} layer */
function numberOf(state, v, layer) {
  const variant = state.variants[v];
  const values = state.values[v];
  const weight = variant.weights.indexOf(layer.name);
  if (layer.path === 'residual' && layer.block !== null && isDropped(state, v, layer.block))
    return weight >= 0 ? 'dropped' : '';
  if (weight >= 0) return `‖∂W‖ ${formatNumber(values.weight_gradient_norm[weight])}`;
  const tap = variant.taps.indexOf(layer.name);
  if (tap >= 0 && !Number.isNaN(values.zero_fraction[tap]))
    return `zeros ${Number((values.zero_fraction[tap] * 100).toPrecision(2))} %`;
  return '';
}
