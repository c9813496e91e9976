/**
 * @file measured numbers -> the style of every element of a layout. Pure; drawing.js gives the styles to Plotly and
 * paint.js sets them on what Plotly drew, so that both show the same.
 */
import { drawnBatch, drawnVariants } from './measured.js';
import { lookOf } from './networks.js';
import { PALETTES } from './palette.js';
import { magnitudesOf, QUANTITIES } from './quantity.js';
import { formatNumber, magnitudeStyle } from './scale.js';

/** @typedef {import('../view/state/state.js').State} State */
/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./layout.js').Line} Line */
/** @typedef {import('./quantity.js').Magnitudes} Magnitudes */
/** @typedef {'identity'|'residual'|'plain'} Hue */
/** @typedef {{color: string, width: number, dash: string, opacity: number}} LineStyle */
/** @typedef {'zero'|'lost'|'absent'} Code an exact zero, not finite, not measured: never the low end of the scale */
/** @typedef {{fill: string, ink: string, line: string, width: number, hatch: Code|null}} BoxStyle */
/**
 * @typedef {{lines: LineStyle[], boxes: BoxStyle[], junctions: number[], texts: string[], values: {text: string, ink:
 *   string}[]}} Styles `junctions`: opacity; `texts`: ink
 */

/** The trunk is drawn thinner than the paths, which are the subject. */
const TRUNK = 0.6;
/** The range where no number is finite. @type {[number, number]} */
const NOTHING = [-6, 0];
const INK = { light: '#101827', dark: '#0b0e14' };
const PAPER = '#ffffff';

/**
 * Style every element for the step on screen.
 *
 * @param {State} state
 * @param {Layout} layout
 * @returns {Styles}
 */
export function stylesOf(state, layout) {
  const { theme, values, quantity } = state;
  const variants = drawnVariants(state);
  const palette = PALETTES[theme];
  const { linear } = QUANTITIES[quantity];
  const range = rangeOf(state);
  const magnitudes = variants.map((variant, v) => magnitudesOf(quantity, variant, values[v], drawnBatch(state)));
  const local = localRanges(state, magnitudes);
  const thick = thicknessOf(layout);
  const style = (
    /** @type {Hue} */ hue,
    /** @type {number} */ value,
    /** @type {number} */ variant,
    /** @type {number} */ block,
    /** @type {string|undefined} */ layer,
  ) => {
    const { color, width } = magnitudeStyle(hue, value, local ? local(variant, block, layer) : range, theme);
    return { color, width: Math.round(Math.max(1, width * thick) * 100) / 100 };
  };

  const lines = layout.lines.map((line) => {
    const { skips } = variants[line.variant];
    const m = magnitudes[line.variant];
    const on = skips[Math.max(0, line.block)] ?? false;
    const isSkip = line.part === 'identity' || line.part === 'projection' || line.part === 'long';
    if (isSkip && !on) return { color: palette.plain, width: 1.4, dash: gapOf(line.length), opacity: 0.42 };
    const value = isSkip
      ? m.skip[line.block]
      : line.part === 'branch'
        ? m.branch[line.block]
        : m.trunk[line.block === -1 ? skips.length : line.block];
    /** @type {Hue} */
    const hue = !on ? 'plain' : line.part === 'branch' ? 'residual' : 'identity';
    const code = codeOf(value, linear);
    if (code) {
      const coded = codedLine(code, isSkip ? palette.identity : palette.faint, palette.ink);
      return code === 'absent' && isSkip && line.part !== 'identity'
        ? { ...coded, dash: dashOf(line.part, 1.6), width: 1.6 }
        : coded;
    }
    const drawn = style(hue, value, line.variant, line.block, undefined);
    if (line.part === 'trunk')
      return { color: drawn.color, width: Math.max(1, drawn.width * TRUNK), dash: 'solid', opacity: 1 };
    if (!isSkip) return { ...drawn, dash: 'solid', opacity: 1 };
    const width = Math.max(1.4, drawn.width);
    return { color: drawn.color, width, dash: dashOf(line.part, width), opacity: 1 };
  });

  const boxes = layout.boxes.map((box) => {
    const { skips } = variants[box.variant];
    const m = magnitudes[box.variant];
    const value = valueOfBox(m, box, skips.length);
    /** @type {Hue} */
    const hue = (box.block >= 0 ? skips[box.block] : skips.some(Boolean)) ? 'residual' : 'plain';
    const code = value === null ? null : codeOf(value, linear);
    if (value === null || code) {
      return {
        fill: palette.raised,
        ink: code ? palette.ink : palette.soft,
        line: palette.faint,
        width: 1,
        hatch: code,
      };
    }
    const { color } = style(hue, value, box.variant, box.block, box.layer);
    return { fill: color, ink: inkOn(color, theme), line: palette.line, width: 0.5, hatch: null };
  });

  const written = layout.values.map(({ variant, block, part }) => {
    const value = magnitudes[variant][part][block];
    const on = variants[variant].skips[block];
    const ink = !on ? palette.plain : part === 'skip' ? palette.identity : palette.residual;
    if (part === 'skip' && !on) return { text: variants[variant].summary.foreign ? '' : 'cut', ink };
    return {
      text: Number.isNaN(value) ? '' : `${part === 'skip' ? 'x' : 'F'} ${formatNumber(linear ? value : 10 ** value)}`,
      ink,
    };
  });
  const texts = layout.texts.map((text) => inkOf(text, variants, theme));

  const junctions = layout.junctions.map(({ variant, block }) => (variants[variant].skips[block] ? 1 : 0));
  return { lines, boxes, junctions, texts, values: written };
}

/**
 * Say which number a box shows: its own, else its block's, else the trunk's.
 *
 * @param {Magnitudes} m @param {{block: number, layer: string}} box @param {number} numBlocks
 */
export function valueOfBox(m, box, numBlocks) {
  const own = m.layers.get(box.layer);
  if (own !== undefined) return own;
  if (box.block >= 0) return m.branch[box.block];
  return /^(conv|stem|bn|relu|maxpool)/.test(box.layer) ? m.trunk[numBlocks] : null;
}

/**
 * @param {import('./layout.js').TextPlace} text
 * @param {import('../view/state/state.js').Variant[]} variants
 * @param {'light'|'dark'} theme
 */
export function inkOf({ role, variant = 0, block }, variants, theme) {
  const palette = PALETTES[theme];
  if (role === 'letter' || role === 'lane') {
    const { color, paper } = lookOf(variants[variant].letter, theme);
    return role === 'letter' ? paper : color;
  }
  if (role === 'projection')
    return block !== undefined && variants[variant].skips[block] ? palette.identity : palette.plain;
  return role === 'title' ? palette.ink : palette.soft;
}

/** @param {State} state @returns {[number, number]} */
export function rangeOf(state) {
  return QUANTITIES[state.quantity].linear ? [0, 1] : [state.scale.low, state.scale.high];
}

/** Lines are thinner where blocks stand close. @param {Layout} layout */
function thicknessOf({ kind, blocks }) {
  const pitch = blocks[0] ? (kind === 'columns' ? blocks[0].h : blocks[0].w) : 100;
  return kind === 'columns' ? 0.85 : Math.max(0.45, Math.min(0.8, pitch / 100));
}

/** @typedef {Record<string, [number, number]>} Spans the decades of each network, stage or block, by its place */

/**
 * Find the decades of each network, of each stage over all networks, or of each block; the stem and the head are
 * stages, and blocks, of their own.
 *
 * @param {Pick<State, 'scale'|'variants'>} state @param {Magnitudes[]} magnitudes
 * @returns {Spans}
 */
export function spansOf({ scale: { scope }, variants }, magnitudes) {
  /** @type {Spans} */
  const ends = {};
  variants.forEach(({ summary }, v) => {
    const { branch, skip, trunk, layers } = magnitudes[v];
    const put = (
      /** @type {string} */ stage,
      /** @type {string|null} */ block,
      /** @type {number|undefined} */ value,
    ) => {
      if (value === undefined || !Number.isFinite(value)) return;
      const place = placeOf(scope, v, stage, block);
      const [low, high] = ends[place] ?? [value, value];
      ends[place] = [Math.min(low, value), Math.max(high, value)];
    };
    summary.graph.blocks.forEach(({ stage, name }, b) =>
      [branch[b], skip[b], trunk[b]].forEach((value) => put(stage, name, value)),
    );
    put('stem', null, trunk[branch.length]);
    for (const { name, stage, block } of summary.layers) put(stage, block, layers.get(name));
  });
  return Object.fromEntries(
    Object.entries(ends).map(([place, [low, high]]) => [
      place,
      [Math.floor(low), Math.max(Math.floor(low) + 1, Math.ceil(high))],
    ]),
  );
}

/** @param {State['scale']['scope']} scope @param {number} variant @param {string} stage @param {string|null} block */
function placeOf(scope, variant, stage, block) {
  return scope === 'network' ? `${variant}` : scope === 'stage' ? stage : `${variant} ${block ?? stage}`;
}

/**
 * The ranges of a scale that is not common, held ones while it is locked; null where one range is common to all.
 *
 * @param {State} state @param {Magnitudes[]} magnitudes
 * @returns {((variant: number, block: number, layer?: string) => [number, number])|null} of a block's numbers; of a
 *   stem's or head's layer where the block is -1
 */
export function localRanges(state, magnitudes) {
  const { scale, variants, quantity } = state;
  if (scale.scope === 'common' || QUANTITIES[quantity].linear) return null;
  const spans = heldSpans(state) ?? spansOf(state, magnitudes);
  return (variant, block, layer = '') => {
    const { graph, layers } = variants[variant].summary;
    const at = graph.blocks[block];
    const stage = at?.stage ?? layers.find(({ name }) => name === layer)?.stage ?? 'stem';
    return spans[placeOf(scale.scope, variant, stage, at?.name ?? null)] ?? NOTHING;
  };
}

/** The decades that a lock keeps, where they are of what is drawn. @param {State} state @returns {Spans|null} */
export function heldSpans({ scale: { locked, scope, held }, quantity, variants }) {
  const fits =
    locked &&
    held &&
    held.scope === scope &&
    held.quantity === quantity &&
    held.summaries.length === variants.length &&
    variants.every(({ summary }, v) => summary === held.summaries[v]);
  return fits ? held.spans : null;
}

/** The code in place of a number. @param {number} value @param {boolean} linear @returns {Code|null} */
export function codeOf(value, linear) {
  if (Number.isNaN(value)) return 'absent';
  if (value === Infinity) return 'lost';
  return value === -Infinity && !linear ? 'zero' : null;
}

/** @param {Code} code @param {string} color @param {string} ink @returns {LineStyle} */
function codedLine(code, color, ink) {
  if (code === 'zero') return { color: ink, width: 1.4, dash: '1px,4px', opacity: 0.7 };
  if (code === 'lost') return { color: ink, width: 2.4, dash: '7px,2px,2px,2px', opacity: 1 };
  return { color, width: 1.2, dash: 'solid', opacity: 0.75 };
}

/** Both ends of a cut skip stay, the middle is missing. @param {number} length */
export function gapOf(length) {
  const stub = Math.round(length * 0.36 * 10) / 10;
  return `${stub}px,${Math.round((length - 2 * stub) * 10) / 10}px,${stub}px,0px`;
}

/** The kind of a shortcut is its dash. @param {Line['part']} part @param {number} width */
export function dashOf(part, width) {
  if (part === 'long') return `${Math.round(width * 50) / 10}px,${Math.round(width * 20) / 10}px`;
  return part === 'projection' ? dotsOf(width) : 'solid';
}

/** @param {number} width of the line, whose round dots they are */
export function dotsOf(width) {
  const size = Math.max(1.6, width);
  return `${Math.round(size * 10) / 10}px,${Math.round(size * 12) / 10}px`;
}

/** @param {string} color `#rrggbb` or `rgb(r, g, b)` @param {'light'|'dark'} theme */
export function inkOn(color, theme) {
  return luminance(color) > 0.36 ? INK[theme] : PAPER;
}

/** Relative luminance (WCAG). @param {string} color */
export function luminance(color) {
  const channels = color.startsWith('#')
    ? [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16))
    : (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  const [r, g, b] = channels.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
