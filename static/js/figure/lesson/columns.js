/** @file Whole networks beside each other, layer by layer, as Figure 3 of He et al. 2015 draws them, in the places of
 *   Explore's diagram; colour and width are the gradient. Pure. */
import { count, shape, short } from '../facts.js';
import { layoutDiagram } from '../layout.js';
import { netOf } from '../net.js';
import { decadeRange, formatDecade, formatNumber, shareOf } from '../scale.js';
import { codeOf, dotsOf, valueOfBox } from '../styles.js';
import { summaryOf } from './anatomy.js';
import { NARROW } from './axes.js';
import { readNumber } from './numbers.js';
import { node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */
/** @typedef {import('../layout.js').Layout} Layout */
/**
 * @typedef {object} Marked one network with its numbers, as log10
 * @property {Reading} reading
 * @property {import('../quantity.js').Magnitudes} sizes
 * @property {Map<string, import('./anatomy.js').Layer>} layers
 */
/** @typedef {(value: number) => {width: number, opacity: number, dash: string}} Stroke of a number as log10 */

const LETTERS = /** @type {const} */ (['A', 'B', 'C', 'D']);
/** The height of a network's line above, the lines below the figure, and the type of both; larger on a wall. */
const PAGE = { line: 18, foot: [16, 34, 53, 69, 85], above: 's12', below: 's12' };
const WALL = { line: 30, foot: [22, 44, 68, 90], above: 's20', below: 's16' };
const WALL_WIDTH = 1000;
const SQUARE = 14;
const HOW = 'Point at a layer to read it, or press Tab and the arrow keys:';

/**
 * Draw the figure; as high as the networks need.
 *
 * @param {{readings: Reading[], covered?: boolean, width: number, height: number}} shown
 * @returns {Scene}
 */
export function columnsScene({ readings, covered = false, width, height }) {
  const nets = readings.flatMap((reading, v) => {
    const summary = reading.anatomy && summaryOf(reading.anatomy);
    return summary ? [netOf({ label: reading.label, letter: LETTERS[v], summary })] : [];
  });
  const { line, foot: places, above, below } = width > WALL_WIDTH ? WALL : PAGE;
  const top = line * readings.length + 8;
  const lines = places.slice(0, width < NARROW ? 5 : 4);
  const foot = lines[lines.length - 1] + 7;
  const layout = layoutDiagram({ nets, width, height: height - top - foot, view: 'paper' });
  const marked = readings.map(markedOf);
  const range = decadeRange(
    marked.flatMap(({ sizes }) => [...sizes.branch, ...sizes.skip, ...sizes.layers.values()]),
    0,
  );
  const stroke = covered || !range ? bare : strokesOf(range);
  const bottom = top + layout.height;
  return {
    width,
    height: bottom + foot,
    label: readings.map((one) => said(one, covered)).join('; '),
    in: [
      ...readings.flatMap((one, v) => [
        ...badge(2, line * (v + 0.5) - 6, v),
        words(24, line * (v + 0.5) + 6, said(one, covered, width < NARROW), `name net-${v} ${above}`),
      ]),
      node('g', { transform: `translate(0 ${top})` }, ...drawn(layout, marked, stroke, covered)),
      words(
        4,
        bottom + lines[0],
        covered || !range ? 'Covered: the gradient, and the counts' : legend(range, width),
        `axis ${below}`,
      ),
      words(4, bottom + lines[1], width < NARROW ? 'Tap a layer to read it:' : HOW, `how axis ${below}`),
      ...lines.slice(2).map((y) => words(4, bottom + y, '', `pointed ${below}`)),
    ],
  };
}

/** A network's letter. @param {number} x @param {number} y @param {number} v */
function badge(x, y, v) {
  return [
    node('rect', { x: round(x), y: round(y), width: SQUARE, height: SQUARE, rx: 3, class: `badge net-${v}` }),
    words(x + SQUARE / 2, y + SQUARE / 2 + 4, LETTERS[v], 'letter', 'middle'),
  ];
}

/** @param {Reading} reading @param {boolean} covered @param {boolean} [brief] */
function said(reading, covered, brief = false) {
  const number = (/** @type {string} */ name) => readNumber(name, [reading]);
  const [parameters, macs] = covered ? ['?', '?'] : [count(number('parameters')), short(number('macs'))];
  return `${reading.label}: ${parameters} ${brief ? 'param.' : 'parameters'}, ${macs} MACs`;
}

/** @param {[number, number]} range @param {number} width */
function legend([low, high], width) {
  const [a, b] = [formatDecade(low), formatDecade(high)];
  return width < NARROW ? `gradient, RMS: ${a} to ${b}` : `Colour and width: gradient by path, RMS, ${a} to ${b}, log`;
}

/** @param {Reading} reading @returns {Marked} */
function markedOf(reading) {
  const { branch = [], skip = [], trunk = [], own = {}, layers = [] } = reading.anatomy ?? {};
  const logs = (/** @type {number[]} */ list) => Float64Array.from(list, (one) => Math.log10(one));
  return {
    reading,
    sizes: {
      branch: logs(branch),
      skip: logs(skip),
      trunk: logs(trunk),
      layers: new Map(Object.entries(own).map(([name, one]) => [name, Math.log10(one)])),
    },
    layers: new Map(layers.map((layer) => [layer.name, layer])),
  };
}

/** @type {Stroke} */
function bare() {
  return { width: 2, opacity: 1, dash: '' };
}

/** @param {[number, number]} range @returns {Stroke} */
function strokesOf(range) {
  return (value) => {
    if (codeOf(value, false)) return { width: 1.2, opacity: 0.5, dash: '1 4' };
    const share = shareOf(value, range);
    return { width: 1.3 + 4 * share, opacity: 0.3 + 0.7 * share, dash: '' };
  };
}

/**
 * A line as wide and as strong as its number.
 *
 * @param {string} d @param {string} hue @param {ReturnType<Stroke>} stroke @param {number} thick
 * @param {boolean} dotted
 */
function lined(d, hue, { width, opacity, dash }, thick, dotted) {
  const wide = round(width * thick);
  const dashes = dotted ? dotsOf(wide).replaceAll('px', '') : dash;
  /** @type {Record<string, string|number>} */
  const at = { d, class: `path ${hue}`, 'stroke-width': wide, 'stroke-opacity': Number(opacity.toFixed(2)) };
  if (dashes) at['stroke-dasharray'] = dashes;
  return node('path', at);
}

/** @param {Layout} layout @param {Marked[]} marked @param {Stroke} stroke @param {boolean} covered @returns {Node[]} */
function drawn(layout, marked, stroke, covered) {
  const onOf = (/** @type {{variant: number, block: number}} */ { variant, block }) =>
    marked[variant].reading.skips[Math.max(0, block)] ?? false;
  return [
    ...layout.panels.map(({ x, y, w, h }) =>
      node('rect', { x: round(x), y, width: round(w), height: round(h), rx: 7, class: 'stage-panel' }),
    ),
    ...layout.lines.flatMap((one) => {
      const on = onOf(one);
      const skips = one.part === 'identity' || one.part === 'projection';
      if (skips && !on) return [];
      const { sizes } = marked[one.variant];
      const value = skips
        ? sizes.skip[one.block]
        : one.part === 'branch'
          ? sizes.branch[one.block]
          : sizes.trunk[one.block < 0 ? sizes.trunk.length - 1 : one.block];
      const hue = !on ? 'plain' : one.part === 'branch' ? 'residual' : 'identity';
      return [lined(one.d, hue, stroke(value), one.part === 'trunk' ? 0.6 : 0.85, one.part === 'projection')];
    }),
    node(
      'g',
      { class: 'layers' },
      ...layout.boxes.flatMap((box) => boxed(box, marked[box.variant], onOf, stroke, covered)),
    ),
    ...layout.junctions.flatMap((one) => {
      if (!onOf(one)) return [];
      const [x, y, r] = [round(one.x), round(one.y), one.r];
      const half = round(r * 0.55);
      return [
        node('circle', { cx: x, cy: y, r, class: 'plus' }),
        node('path', { d: `M${x - half},${y}h${2 * half}M${x},${y - half}v${2 * half}`, class: 'plus' }),
      ];
    }),
    ...layout.texts.flatMap((one) => {
      if (one.role === 'letter') return badge(one.x - SQUARE / 2, one.y - SQUARE / 2, one.variant ?? 0);
      const name = { title: 'strong', lane: `name net-${one.variant}`, projection: 'skip-text' }[
        /** @type {string} */ (one.role)
      ];
      const at = words(
        one.x,
        one.y + one.size * 0.36,
        one.text,
        `${name ?? 'axis'} s${Math.round(one.size)}`,
        one.anchor,
      );
      return one.role === 'projection' && !onOf({ variant: one.variant ?? 0, block: one.block ?? 0 }) ? [] : [at];
    }),
  ];
}

/**
 * @param {Layout['boxes'][number]} box @param {Marked} marked
 * @param {(at: {variant: number, block: number}) => boolean} onOf @param {Stroke} stroke @param {boolean} covered
 * @returns {Node[]}
 */
function boxed(box, { reading, sizes, layers }, onOf, stroke, covered) {
  const { x, y, w, h, layer } = box;
  const value = valueOfBox(sizes, box, reading.blocks.length);
  const on = box.block >= 0 ? onOf(box) : reading.skips.some(Boolean);
  const filled = !covered && value !== null && !codeOf(value, false);
  const strength = filled ? stroke(value).opacity : 0;
  const known = layers.get(layer);
  const about = known
    ? `${shape(known.input_shape)} → ${shape(known.output_shape)}` +
      (covered ? '' : `, ${count(known.parameters)} parameters, ${short(known.macs)} MACs`)
    : '';
  const gradient = filled ? `, gradient ${formatNumber(10 ** value)}` : '';
  const place = { x: round(x), y: round(y), width: round(w), height: round(h), rx: 3.5 };
  return [
    ...(filled ? [node('rect', { ...place, class: 'backing' })] : []),
    node(
      'rect',
      {
        ...place,
        class: `box ${on ? 'residual' : 'plain'}${filled ? '' : ' empty'}`,
        'data-net': box.variant,
        'fill-opacity': filled ? Number(strength.toFixed(2)) : 1,
      },
      node('title', {}, `${reading.label}, ${layer}: ${about}${gradient}`),
    ),
    ...(box.text
      ? [
          words(
            x + w / 2,
            y + h / 2 + box.size * 0.36,
            box.text,
            `inside s${Math.round(box.size)}${strength > 0.78 ? ' on' : strength > 0.57 ? ' half' : ''}`,
            'middle',
          ),
        ]
      : []),
  ];
}
