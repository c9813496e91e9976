/**
 * @file The legend beside the diagram: a ramp a path, and what each kind of line and mark means.
 */

import { pathOfGlyphs } from '../../figure/glyphs.js';
import { QUANTITIES } from '../../figure/quantity.js';
import { formatDecade, magnitudeStyle } from '../../figure/scale.js';
import { rangeOf } from '../../figure/styles.js';
import { h, svg } from '../dom.js';
import { shutFromOutside } from '../menu.js';
import { isStructure } from '../state/phase.js';
import { whenChanged } from '../state/select.js';
import { hatches } from './hatches.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').View} View */

/** @type {['identity'|'residual'|'plain', string][]} */
const HUES = [
  ['identity', 'identity'],
  ['residual', 'residual'],
  ['plain', 'plain or cut'],
];
const STOPS = 24;
const SIZE = { width: 52, height: 9 };

/**
 * Mount the legend: the ramps on one line, and every kind of line and mark behind a press.
 *
 * @param {HTMLElement} root
 * @param {import('../state/store.js').Store} store
 * @returns {View}
 */
export function mountLegend(root, store) {
  const hatch = store.id('legend-hatch');
  const ramps = h('div', { class: 'legend-ramps' });
  const list = (/** @type {string} */ title, /** @type {[string, () => Element][]} */ kinds) =>
    h(
      'section',
      {},
      h('h3', {}, title),
      h('ul', { class: 'legend-kinds' }, ...kinds.map(([name, sample]) => h('li', {}, sample(), name))),
    );
  root.append(hatches(hatch));
  const caption = h('p', { class: 'legend-caption' });
  const more = h(
    'details',
    { class: 'menu legend-more' },
    h('summary', {}, 'Lines and marks'),
    h(
      'div',
      { class: 'menu-body' },
      list('In the diagram', [
        ...KINDS,
        ...CODES.map(
          ([code, name]) => /** @type {[string, () => Element]} */ ([name, hatchSample(`url(#${hatch}-${code})`)]),
        ),
      ]),
      list('In the charts', MARKS),
    ),
  );
  root.append(ramps, caption, more);
  const leave = shutFromOutside(more);
  /** @param {State} state */
  const numbered = ({ quantity, scale, measured }) =>
    QUANTITIES[quantity].linear || (scale.scope === 'common' && measured !== null);

  return {
    update: whenChanged(
      (state) => [
        state.theme,
        state.quantity,
        state.scale.scope,
        numbered(state),
        isStructure(state),
        ...rangeOf(state),
      ],
      (/** @type {State} */ state) => {
        if (isStructure(state)) return;
        const range = rangeOf(state);
        const { scope } = state.scale;
        const { legend, linear } = QUANTITIES[state.quantity];
        ramps.replaceChildren(
          ...HUES.map(([hue, name]) =>
            h('div', { class: 'legend-ramp' }, h('span', {}, name), rampOf(hue, range, state.theme)),
          ),
        );
        const ends = h('span', { class: 'legend-ticks' }, numbered(state) ? endsOf(range, linear) : LOCAL);
        const local = linear || scope === 'common' ? '' : `, each ${scope} on its own scale`;
        caption.replaceChildren(ends, `: ${legend}${linear ? '' : ', log'}${local}`);
      },
    ),
    destroy() {
      leave();
      root.replaceChildren();
    },
  };
}

/**
 * A wedge: colour and width grow together.
 *
 * @param {'identity'|'residual'|'plain'} hue
 * @param {[number, number]} range
 * @param {'light'|'dark'} theme
 */
function rampOf(hue, [low, high], theme) {
  const { width, height } = SIZE;
  const most = magnitudeStyle(hue, high, [low, high], theme).width;
  const bars = Array.from({ length: STOPS }, (_, i) => {
    const style = magnitudeStyle(hue, low + ((high - low) * (i + 0.5)) / STOPS, [low, high], theme);
    const tall = Math.max(1.5, (style.width / most) * height);
    return svg('rect', {
      x: (i * width) / STOPS,
      y: (height - tall) / 2,
      width: width / STOPS + 0.3,
      height: tall,
      fill: style.color,
    });
  });
  return svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' }, ...bars);
}

/** Ends without a number, for parts that each have a range of their own and for a net that was not measured yet. */
const LOCAL = 'least to most';

/** @param {[number, number]} range @param {boolean} linear */
function endsOf([low, high], linear) {
  const say = (/** @type {number} */ value) => (linear ? String(value) : formatDecade(value));
  return `${say(low)} to ${say(high)}`;
}

/** @param {string} fill @returns {() => SVGElement} */
function hatchSample(fill) {
  return () =>
    svg(
      'svg',
      { width: 28, height: 12, 'aria-hidden': 'true' },
      svg('rect', { x: 2, y: 1, width: 24, height: 10, rx: 3, fill, class: 'stroke-ink thin' }),
    );
}

/** @param {Record<string, string|number>} attributes @param {string} d @returns {() => SVGElement} */
function line(attributes, d = 'M1,7H27') {
  return () =>
    svg(
      'svg',
      { width: 28, height: 14, viewBox: '0 0 28 14', 'aria-hidden': 'true' },
      svg('path', { d, fill: 'none', ...attributes }),
    );
}

/** @type {[string, () => SVGElement][]} */
const KINDS = [
  ['identity shortcut', line({ class: 'stroke-identity', 'stroke-width': 3 })],
  ['projection', line({ class: 'stroke-identity', 'stroke-width': 3, 'stroke-dasharray': '3 4' })],
  ['cut skip', line({ class: 'stroke-plain', 'stroke-width': 1.4 }, 'M2,12C2,4 6,2 9,2M26,12C26,4 22,2 19,2')],
  [
    'junction',
    () =>
      svg(
        'svg',
        { width: 14, height: 14, viewBox: '0 0 14 14', class: 'stroke-ink', 'aria-hidden': 'true' },
        svg('circle', { cx: 7, cy: 7, r: 5.5, fill: 'none' }),
        svg('path', { d: 'M7,1.5V12.5M1.5,7H12.5' }),
      ),
  ],
  [
    'activation',
    () =>
      svg(
        'svg',
        { width: 14, height: 14, viewBox: '0 0 14 14', class: 'stroke-soft', 'aria-hidden': 'true' },
        svg('path', { d: 'M7,3L11,7L7,11L3,7Z', fill: 'none' }),
      ),
  ],
  [
    'SE, gate, scale',
    () =>
      svg(
        'svg',
        { width: 14, height: 14, viewBox: '0 0 14 14', class: 'stroke-soft', 'aria-hidden': 'true' },
        svg('rect', { x: 3.5, y: 3.5, width: 7, height: 7, fill: 'none' }),
      ),
  ],
];

/** @type {['zero'|'lost'|'absent', string][]} */
const CODES = [
  ['zero', 'exactly zero'],
  ['lost', 'not finite'],
  ['absent', 'not measured'],
];

/** Marks of the charts; the shapes are those of glyphs.js. @type {[string, () => SVGElement][]} */
const MARKS = [
  ['block changed during the run', line({ class: 'stroke-ink' }, pathOfGlyphs([{ x: 14, y: 1, kind: 'changed' }]))],
  ['exactly zero', line({ class: 'stroke-ink' }, pathOfGlyphs([{ x: 14, y: 7, kind: 'zero' }]))],
  ['not finite', line({ class: 'stroke-ink' }, pathOfGlyphs([{ x: 14, y: 7, kind: 'lost' }]))],
  ['a network was changed at this step', line({ class: 'stroke-ink', 'stroke-dasharray': '1.5 2.5' }, 'M14,0V14')],
  ['a stage ends', line({ class: 'stroke-soft', 'stroke-dasharray': '1.5 2.5' }, 'M14,0V14')],
  ['expected by theory', line({ class: 'stroke-ink', 'stroke-dasharray': '1.5 3' })],
  ['step or block pointed at', line({ class: 'stroke-soft' }, 'M14,0V14')],
  ['block selected', line({ class: 'stroke-ink', 'stroke-dasharray': '4 3' }, 'M14,0V14')],
];
