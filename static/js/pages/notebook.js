/**
 * @file A view in a notebook: a laboratory in a shadow tree of its own, so that neither the notebook's styles reach it
 *   nor its own the notebook.
 */
import { drawableOf } from '../sources/foreign.js';
import { kernelOf } from '../sources/kernel.js';
import { NEEDLESS } from '../sources/recording.js';
import { h } from '../view/dom.js';
import { followHost } from '../view/hosttheme.js';
import { mount } from '../view/laboratory.js';

/** @typedef {import('../wire').FirstView & {recording: import('../wire').RecordingView}} First */
/** @typedef {import('../sources/source.js').StreamEvent} StreamEvent */

/**
 * Show a run.
 *
 * @param {HTMLElement} el
 * @param {First} given its first data
 * @param {string} styles those of the page
 * @returns {{take: (events: StreamEvent[]) => void, destroy: () => void}} `take` adds events
 */
export function open(el, given, styles) {
  const host = h('div', { class: 'skipscope' });
  // JupyterLab's single keys would act on what is pressed in here; Control and a key is for the notebook
  const keep = (/** @type {KeyboardEvent} */ event) => {
    const { ctrlKey, metaKey, altKey } = event;
    if (event.composedPath().includes(host))
      host.toggleAttribute('data-lm-suppress-shortcuts', !(ctrlKey || metaKey || altKey));
  };
  // before the document's own listener
  addEventListener('keydown', keep, true);
  const tree = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  tree.adoptedStyleSheets = [sheet];
  const root = h('div', { class: 'cell' });
  tree.append(root);
  el.append(host);
  /** @type {{take: (events: StreamEvent[]) => void, destroy: () => void}|null} */
  let shown = null;
  /** @param {StreamEvent[]} events */
  const take = (events) => {
    if (shown) {
      shown.take(events);
      return;
    }
    const drawable = drawableOf(given, events);
    if (!drawable) return;
    const { first, parts, translate } = drawable;
    const { source, take: add } = kernelOf({ ...first.recording, events: translate(events) });
    const laboratory = mount(root, source, {
      first,
      run: first.recording.run.id,
      hide: hasBatch(first) ? NEEDLESS : [...NEEDLESS, 'batch'],
      parts,
      theme: (tell) =>
        followHost(host, (theme) => {
          host.dataset.theme = theme;
          tell(theme);
        }),
    });
    shown = { take: (more) => add(translate(more)), destroy: laboratory.destroy };
  };
  take([]);
  return {
    take,
    destroy() {
      removeEventListener('keydown', keep, true);
      shown?.destroy();
      host.remove();
    },
  };
}

/** Are the images of a step's batch known, as they are of a data set's? @param {First} first */
function hasBatch({ recording: { run } }) {
  return run.request !== null && 'dataset' in run.request;
}
