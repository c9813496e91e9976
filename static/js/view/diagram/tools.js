/**
 * @file The diagram's tools: all, none or every other skip of a network; undo and redo; the view; saving the picture.
 */
import { h, isOwn, svg } from '../dom.js';
import { explainedSign } from '../help/explained.js';
import { shutFromOutside } from '../menu.js';
import { isReadOnly } from '../state/readonly.js';
import { whenChanged } from '../state/select.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

/**
 * Mount the tools.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {{toImage: (format: 'png'|'svg') => Promise<string>, zoomBy: (step: number) => void}} diagram
 * @param {HTMLElement} scope in which the keys of undo and redo are heard
 * @returns {View}
 */
export function mountTools(root, store, diagram, scope) {
  const target = h('select', {
    class: 'select small',
    'aria-label': 'Network whose skips the buttons change',
    title: 'Network whose skips the buttons change',
  });
  /** @type {[string, string, (skips: boolean[]) => boolean[]][]} */
  const acts = [
    ['All skips', 'connect all skips', (skips) => skips.map(() => true)],
    ['None', 'cut all skips', (skips) => skips.map(() => false)],
    ['Every other', 'cut every other skip', (skips) => skips.map((_, b) => b % 2 === 0)],
  ];
  const buttons = acts.map(([text, words, change]) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button small',
        title: capital(words),
        onclick: () => {
          const v = Number(target.value);
          const variant = store.state.variants[v];
          if (variant) void store.commands.setSkips(v, change(variant.skips), `${words}, ${variant.label}`);
        },
      },
      text,
    ),
  );
  const fork = h(
    'button',
    {
      type: 'button',
      class: 'button small',
      onclick: () => void store.commands.fork(Number(target.value)),
    },
    'Fork',
  );
  const undo = h(
    'button',
    { type: 'button', class: 'icon-button small', 'aria-label': 'Undo', onclick: () => void store.commands.undo() },
    icon('M7 5 3 9l4 4M3 9h8a5 5 0 0 1 0 10H8'),
  );
  const redo = h(
    'button',
    { type: 'button', class: 'icon-button small', 'aria-label': 'Redo', onclick: () => void store.commands.redo() },
    icon('m13 5 4 4-4 4M17 9H9a5 5 0 0 0 0 10h3'),
  );
  const view = h(
    'button',
    {
      type: 'button',
      class: 'button small',
      'aria-pressed': 'false',
      title: 'Draw the identity path as a straight line, F to one side',
      onclick: () => store.dispatch({ type: 'view', view: store.state.view === 'paper' ? 'trunk' : 'paper' }),
    },
    'Trunk first',
  );
  const save = (/** @type {'png'|'svg'} */ format) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button small',
        title: `Save the diagram as ${format.toUpperCase()}`,
        onclick: async () => {
          const link = h('a', {
            href: await diagram.toImage(format),
            download: `skipscope-${store.state.variants.map((v) => v.label).join('-')}.${format}`,
          });
          link.click();
        },
      },
      format.toUpperCase(),
    );

  const zoom = (/** @type {string} */ name, /** @type {string} */ text, /** @type {number} */ step) =>
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button small',
        'aria-label': name,
        title: name,
        onclick: () => diagram.zoomBy(step),
      },
      text,
    );
  const menu = h(
    'details',
    { class: 'menu' },
    h('summary', { class: 'button small' }, 'View'),
    h(
      'div',
      { class: 'menu-body' },
      explainedSign(store, 'view', 'the view'),
      view,
      h(
        'span',
        { class: 'tool-group' },
        zoom('Zoom out', '−', -0.5),
        zoom('Zoom in', '+', 0.5),
        h('span', { class: 'tool-label' }, 'Zoom'),
      ),
      h('span', { class: 'tool-group', 'data-part': 'scale', 'data-control': 'scale' }),
      h(
        'span',
        { class: 'tool-group' },
        save('svg'),
        save('png'),
        h('span', { class: 'tool-label' }, 'Save the diagram'),
      ),
    ),
  );
  const changing = [
    h('span', { class: 'tool-group' }, target, ...buttons, fork, explainedSign(store, 'skips', 'these buttons')),
    h('span', { class: 'tool-group' }, undo, redo),
  ];
  root.append(...changing, menu);
  const leave = shutFromOutside(menu);
  const name = whenChanged(
    ({ variants }) => [variants.map(({ label }) => label).join('\n')],
    (/** @type {State} */ { variants }) => {
      const chosen = Math.min(Number(target.value || Infinity), variants.length - 1);
      target.replaceChildren(
        ...variants.map(({ label }, v) => h('option', { value: v, selected: v === chosen }, label)),
      );
    },
  );

  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !isOwn(scope, event.target)) return;
    if (event.target instanceof Element && event.target.closest('input, textarea, select')) return;
    const back = event.key.toLowerCase() === 'z' && !event.shiftKey;
    const forth = event.key.toLowerCase() === 'y' || (event.key.toLowerCase() === 'z' && event.shiftKey);
    if (!back && !forth) return;
    event.preventDefault();
    void (back ? store.commands.undo() : store.commands.redo());
  };
  scope.addEventListener('keydown', key);

  return {
    update(state) {
      name(state);
      for (const group of changing) group.hidden = isReadOnly(state);
      fork.disabled =
        !['running', 'paused'].includes(state.run.state) || state.run.replay || state.history.length === 0;
      fork.title = fork.disabled
        ? 'Two copies of a network that trains; press play first'
        : 'Go on with two copies of this network, weights and optimiser state included: change one of them';
      const [past, future] = [state.past.at(-1), state.future.at(-1)];
      undo.disabled = !past;
      redo.disabled = !future;
      undo.title = past ? `Undo: ${past.label} (Ctrl+Z)` : 'Nothing to undo';
      redo.title = future ? `Redo: ${future.label} (Ctrl+Shift+Z)` : 'Nothing to redo';
      const trunk = String(state.view === 'trunk');
      if (view.getAttribute('aria-pressed') !== trunk) view.setAttribute('aria-pressed', trunk);
    },
    destroy() {
      scope.removeEventListener('keydown', key);
      leave();
      root.replaceChildren();
    },
  };
}

/** @param {string} text */
function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** @param {string} d */
function icon(d) {
  return svg(
    'svg',
    { viewBox: '0 0 20 22', width: 16, height: 16, 'aria-hidden': 'true' },
    svg('path', {
      d,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.8,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}
