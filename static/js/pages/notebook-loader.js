/**
 * @file The part of a view in a notebook that each view has: an anywidget, small, for a saved notebook may keep one a
 *   view. Modules, styles and plotly.js come as binary messages and are kept for all views of the page.
 */

/** @typedef {{of: 'modules'|'plotly'|'first'|'events', after?: number, last?: number}} Said by the kernel */
/**
 * @typedef {object} Model of anywidget
 * @property {(name: 'view') => string} get
 * @property {(said: object) => void} send
 * @property {(name: 'msg:custom', heard: (said: Said, buffers: (DataView|ArrayBuffer)[]) => void) => void} on
 */
/** @typedef {{take: (events: unknown[]) => void, destroy: () => void}} Mounted */
/**
 * @typedef {{open: (el: HTMLElement, first: unknown, styles: string) => Mounted}} Module static/js/pages/notebook.js
 */
/** @typedef {{first: object|null, events: unknown[], last: number|null, changed: Set<() => void>}} View */
/**
 * @typedef {{module: Module|null, code: string, styles: string, plotly: unknown, views: Map<string, View>}} Shared by
 *   the views of a page
 */

const SHARED = Symbol.for('skipscope.notebook');
const PLOTLY = Symbol.for('skipscope.plotly');
const VERSION = '4.1.1';
const QUIET = 6000;
const NOBODY =
  'No kernel answers. Run the cell again to see the view; the notebook’s file has its picture and its numbers.';

/** @typedef {{[own: symbol]: unknown, Plotly?: {version?: string}}} Page */

const page = /** @type {Page} */ (/** @type {unknown} */ (globalThis));
// made by the first view, and kept for all
page[SHARED] ??= { module: null, code: '', styles: '', plotly: null, views: new Map() };
const shared = /** @type {Shared} */ (page[SHARED]);

/** @param {DataView|ArrayBuffer} packed */
async function unpack(packed) {
  const whole = packed instanceof ArrayBuffer ? packed : packed.buffer;
  const from = packed instanceof ArrayBuffer ? 0 : packed.byteOffset;
  const bytes = new Uint8Array(/** @type {ArrayBuffer} */ (whole), from, packed.byteLength);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

/** @param {string} code */
async function run(code) {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Evaluate plotly.js, and leave a Plotly of another version to whoever it is of. @param {string} code */
async function plotlyOf(code) {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Plotly');
  const found = await run(
    `const module={exports:{}};let exports=module.exports,define;\n${code}\nexport default module.exports;`,
  );
  if (before) Object.defineProperty(globalThis, 'Plotly', before);
  return found.default;
}

/** Put together what has come. */
async function assemble() {
  shared.plotly ??= page.Plotly?.version === VERSION ? page.Plotly : null;
  if (shared.module || !shared.code || !shared.plotly) return;
  page[PLOTLY] = shared.plotly;
  shared.module = await run(shared.code);
  for (const { changed } of shared.views.values()) for (const tell of changed) tell();
}

/** @param {Model} model @returns {View} */
function viewOf(model) {
  const name = model.get('view');
  const known = shared.views.get(name);
  if (known) return known;
  /** @type {View} */
  const view = { first: null, events: [], last: null, changed: new Set() };
  shared.views.set(name, view);
  let turn = Promise.resolve();
  model.on('msg:custom', (said, buffers) => {
    turn = turn.then(() => hear(said, buffers)).catch((error) => console.error('skipscope:', error));
  });
  const hear = async (/** @type {Said} */ said, /** @type {(DataView|ArrayBuffer)[]} */ buffers) => {
    if (said.of === 'modules') {
      if (shared.code) return;
      [shared.code, shared.styles] = await Promise.all([unpack(buffers[0]), unpack(buffers[1])]);
      await assemble();
    } else if (said.of === 'plotly') {
      if (shared.plotly) return;
      shared.plotly = await plotlyOf(await unpack(buffers[0]));
      await assemble();
    } else if (said.of === 'first') view.first = JSON.parse(await unpack(buffers[0]));
    else await take(said, buffers[0]);
    for (const tell of view.changed) tell();
    if (said.of === 'events') answer();
  };
  /** Take events in their order; ask for those between if some are missing. */
  const take = async (/** @type {Said} */ { after = 0 }, /** @type {DataView|ArrayBuffer} */ packed) => {
    if (after > (view.last ?? 0)) return;
    const events = /** @type {{id: number}[]} */ (JSON.parse(await unpack(packed)));
    for (const event of events) {
      if (event.id <= (view.last ?? 0)) continue;
      view.events.push(event);
      view.last = event.id;
    }
  };
  const answer = () =>
    model.send({ modules: shared.code !== '', plotly: shared.plotly !== null, last: view.first && view.last });
  void assemble().then(answer);
  return view;
}

export default {
  /** @param {{model: Model}} given */
  initialize({ model }) {
    viewOf(model);
  },
  /** @param {{model: Model, el: HTMLElement}} given */
  render({ model, el }) {
    const view = viewOf(model);
    const note = document.createElement('p');
    note.setAttribute('role', 'status');
    el.append(note);
    const silent = setTimeout(() => {
      note.textContent = NOBODY;
    }, QUIET);
    /** @type {Mounted|null} */
    let mounted = null;
    let given = 0;
    const update = () => {
      if (!shared.module || !view.first) return;
      clearTimeout(silent);
      note.remove();
      mounted ??= shared.module.open(el, view.first, shared.styles);
      if (view.events.length > given) mounted.take(view.events.slice(given));
      given = view.events.length;
    };
    view.changed.add(update);
    update();
    return () => {
      clearTimeout(silent);
      view.changed.delete(update);
      mounted?.destroy();
      el.replaceChildren();
    };
  },
};
