import { headlineFor, probeOf } from './probe.js';

// Steps of the layout's tests inside the page: show networks one after the other without waiting for measurements, and
// find texts that lie over each other or outside of their panel.

/** Gradients of many decades, so that marks of every kind are drawn. */
const magnitude = (i, n) => 10 ** (-14 * (1 - i / n));
const known = new Map();
const made = (summary) => probeOf(summary, magnitude);
let server;
let lab;

const summarize = (body) => {
  const key = JSON.stringify(body);
  if (!known.has(key)) known.set(key, server.summarize(body));
  return known.get(key);
};

/** Mount Explore on the page, from a server that measures nothing. */
export async function open() {
  const { mount } = await import('/static/js/view/laboratory.js');
  const { serverOf } = await import('/static/js/sources/server.js');
  server = serverOf();
  const probe = async ({ variants }) => ({
    headline: headlineFor(variants.length),
    variants: (await Promise.all(variants.map(summarize))).map(made),
  });
  lab = mount(document.documentElement, { ...server, summarize, probe }, {
    first: JSON.parse(document.getElementById('first').textContent),
  });
}

/** Draw the next frames, and what Plotly draws after them. */
const frames = async (count = 3) => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
};

/** Show networks at initialisation. */
export async function show(address) {
  document.querySelector('main').scrollTop = 0;
  await lab.update({ address });
  await frames();
}

/** Go on to the middle of a run of them. */
export async function train(steps) {
  document.querySelector('main').scrollTop = 0;
  const { store } = lab;
  const probes = store.state.variants.map(({ summary, label }) => ({ ...probeOf(summary), label }));
  store.dispatch({ type: 'run/opened', id: 'a run', state: 'paused' });
  store.dispatch({ type: 'stream/schema', id: 1, variants: probes });
  for (let step = 0; step < steps; step += 1)
    store.dispatch({
      type: 'stream/step',
      id: step + 2,
      record: {
        step,
        epoch: 0,
        elapsed: step / 10,
        lr: 0.1,
        precision: 'float32',
        headline: headlineFor(probes.length),
        variants: probes,
      },
    });
  await frames();
}

/** Give every view time to follow another size of the window. */
export const settle = () => frames(4);

export async function below() {
  document.querySelector('#heatmap').scrollIntoView();
  await frames();
}

const isSeen = (element) =>
  element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
/** What lies over the page while it is open. */
const OVER = '.menu-body, .chart-tip, .tooltip, .visually-hidden, .skip-link, option, script, style, noscript';

/** The part of the page that ends a text in dots, if any. */
function dotted(element) {
  for (let one = element; one && one !== document.body; one = one.parentElement)
    if (getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth) return one;
  return null;
}
const inside = (a, b) => ({
  left: Math.max(a.left, b.left),
  right: Math.min(a.right, b.right),
  top: Math.max(a.top, b.top),
  bottom: Math.min(a.bottom, b.bottom),
});

/** Every text on the page as a box of ink; a text of a drawing counts as one. */
function texts() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  const seen = new Set();
  const main = document.querySelector('main');
  // what is scrolled out of sight lies over nothing
  const add = (element, text, box) => {
    // the whole of a name that ends in dots is in its title
    const dots = element.closest('[title]') && dotted(element);
    if (dots) box = inside(box, dots.getBoundingClientRect());
    if (!main.contains(element) || !isOut(box, main.getBoundingClientRect())) found.push({ element, text, box });
  };
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest(OVER) || !isSeen(element)) continue;
    const drawn = element.closest('svg text');
    if (drawn) {
      if (seen.has(drawn)) continue;
      seen.add(drawn);
      add(drawn, drawn.textContent, ink(drawn.getBoundingClientRect(), drawn));
      continue;
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects())
      if (rect.width > 0) add(element, node.data.trim(), ink(rect, element));
  }
  return found;
}

/** A line of text without the room above and below its letters; one that stands upright has it at its sides. */
function ink({ left, top, right, bottom }, element) {
  const size = Number.parseFloat(getComputedStyle(element).fontSize);
  const upright = bottom - top > right - left && element.textContent.trim().length > 2;
  const spare = Math.max(0, ((upright ? right - left : bottom - top) - 0.8 * size) / 2);
  return upright
    ? { left: left + spare, right: right - spare, top, bottom }
    : { left, right, top: top + spare, bottom: bottom - spare };
}

const share = (a, b) =>
  Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
const isOut = (box, around) =>
  box.left < around.left - 1 ||
  box.right > around.right + 1 ||
  box.top < around.top - 1 ||
  box.bottom > around.bottom + 1;
const said = ({ left, top, right, bottom }) =>
  `${Math.round(left)},${Math.round(top)} to ${Math.round(right)},${Math.round(bottom)}`;

/** The nearest parts of the page that cut off what is outside of them, and the panel, which nothing leaves. */
function* around(element) {
  for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(one);
    const cuts = overflowX !== 'visible' || overflowY !== 'visible';
    if (one.id !== 'main' && one.tagName !== 'svg' && (cuts || one.matches('.panel, .masthead, .controls'))) yield one;
  }
}

/** Say which texts lie over each other or over a control, and which are cut off or outside of their panel. */
export function faults() {
  const all = texts();
  const wrong = [];
  for (const { element, text, box } of all) {
    for (const one of around(element))
      if (isOut(box, one.getBoundingClientRect())) {
        wrong.push(`"${text}" (${said(box)}) is outside of .${one.className} (${said(one.getBoundingClientRect())})`);
        break;
      }
    if (dotted(element) && !element.closest('[title]')) wrong.push(`"${text}" is cut off with dots, and has no title`);
  }
  const sorted = all.toSorted((a, b) => a.box.top - b.box.top);
  sorted.forEach((one, i) => {
    for (let k = i + 1; k < sorted.length && sorted[k].box.top < one.box.bottom; k += 1)
      if (one.element !== sorted[k].element && share(one.box, sorted[k].box) > 1)
        wrong.push(`"${one.text}" lies over "${sorted[k].text}" (${said(one.box)}; ${said(sorted[k].box)})`);
  });
  const main = document.querySelector('main');
  const controls = [...document.querySelectorAll('.pill, button:not(.skip, .end, .stage-skip), select, input, summary')];
  for (const control of controls) {
    if (!isSeen(control) || control.closest(OVER)) continue;
    const place = control.getBoundingClientRect();
    if (main.contains(control) && isOut(place, main.getBoundingClientRect())) continue;
    for (const { element, text, box } of all)
      if (!control.contains(element) && !element.contains(control) && share(box, place) > 1)
        wrong.push(`"${text}" lies over the control ${control.className} (${said(box)}; ${said(place)})`);
    for (const one of around(control))
      if (isOut(place, one.getBoundingClientRect())) {
        wrong.push(`the control ${control.className} "${control.textContent}" is outside of .${one.className}`);
        break;
      }
  }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) wrong.push(`the page is ${scrollWidth} wide`);
  return [...new Set(wrong)];
}
