/**
 * @file Focus and context, for networks too deep to draw in full: every block a cell of a strip (identity above,
 * residual below), and the blocks inside the brush drawn in full.
 */
import { leadOf } from './net.js';
import { path, round } from './path.js';
import { endsOf, placeBlock } from './place.js';
import { GUTTER, laneOf, MARKED, measuresOf, NARROW, placeLaneName, placeNumbers } from './rows.js';

/** @typedef {import('../layout.js').Layout} Layout */
/** @typedef {import('../layout.js').Asked} Asked */

const PAD = 8;
const CELL = 9;
const BETWEEN = 5;
/** Lanes at least so high have the numbers written under the blocks. */
const TOLD = 92;
const NUMBERS = 34;
/** At least so far apart, blocks have room for every mark and text; at most so far they still look like a chain. */
const PITCH = { most: 150, least: MARKED };
/** Room for the switch of a stage's skips beside its strip. */
const SWITCH = { w: 32, h: 22 };

/** @param {Layout} out @param {Asked} asked */
export function focus(out, { nets, width, height, view, brush }) {
  const lead = leadOf(nets);
  const narrow = width < NARROW;
  const gutter = narrow ? 0 : GUTTER;
  const left = PAD + gutter;
  const zone = width - PAD - left;
  const cell = zone / Math.max(...lead.stages.map((stage) => stage.blocks.length));
  const rowHeight = nets.length * (2 * CELL + BETWEEN) + 14 + (narrow ? 18 : 6);

  const fits = Math.max(3, Math.floor(zone / PITCH.least));
  const shown = clampBrush(brush ?? { from: 0, to: Math.min(fits, 12) }, lead.numPlaces, fits);
  out.brush = shown;
  out.places = lead.numPlaces;

  let y = PAD;
  for (const [s, stage] of lead.stages.entries()) {
    const top = y + (narrow ? 18 : 2);
    const label = narrow ? { x: PAD, y: y + 9 } : { x: PAD + 8, y: top + 9 };
    out.texts.push({ ...label, text: stage.title, role: 'title', anchor: 'start', size: 13 });
    out.texts.push({ x: narrow ? PAD + 60 : PAD + 8, y: narrow ? y + 9 : top + 24, text: stage.subtitle, role: 'subtitle', anchor: 'start', size: 10 });
    const first = stage.from;
    const count = stage.blocks.length;
    nets.forEach((net, variant) => {
      const blocks = net.stages[s]?.blocks ?? [];
      const own = blocks.length;
      out.strips.push({ variant, stage: stage.name, from: blocks[0]?.index ?? 0, place: first, count: own, x: left, y: top + variant * (2 * CELL + BETWEEN), w: own * cell, h: 2 * CELL });
      const at = narrow ? { x: width - PAD - (nets.length - variant) * (SWITCH.w + 4), y: y - 3 } : { x: left - SWITCH.w - 6, y: top + variant * (2 * CELL + BETWEEN) - 2 };
      out.stages.push({ stage: stage.name, variant, blocks: blocks.map((block) => block.index), ...at, ...SWITCH });
    });
    const h = nets.length * (2 * CELL + BETWEEN) - BETWEEN;
    const every = [1, 2, 5, 10, 20, 50, 100].find((step) => step * cell >= 34) ?? 100;
    for (let i = 0; i < count; i += every) {
      out.texts.push({ x: left + (i + 0.5) * cell, y: top + h + 8, text: String(stage.blocks[i].index + 1), role: 'number', anchor: 'middle', size: 9 });
    }
    const from = Math.max(shown.from, first);
    const to = Math.min(shown.to, first + count);
    if (to > from) out.windows.push({ x: left + (from - first) * cell - 2, y: top - 3, w: (to - from) * cell + 4, h: h + 6 });
    y += rowHeight;
  }

  const panelTop = y + 10;
  const least = nets.length * 66 + 40;
  out.height = Math.max(height, panelTop + least + PAD);
  const panelHeight = out.height - panelTop - 2;
  out.panels.push({ stage: 'focus', x: 1, y: panelTop, w: width - 2, h: panelHeight });
  const pitch = Math.min(PITCH.most, (width - 2 * PAD - (narrow ? 8 : gutter)) / (shown.to - shown.from));
  const laneHeight = Math.min(168, (panelHeight - 30) / nets.length);
  const told = laneHeight >= TOLD && pitch >= 50 ? NUMBERS : 0;
  const measures = measuresOf(laneHeight - told, pitch);
  const ends = endsOf(nets);
  const spare = panelHeight - 26 - laneHeight * nets.length;
  nets.forEach((net, variant) => {
    const top = panelTop + 6 + spare / 2 + variant * laneHeight;
    const v = top + laneHeight - told - measures.boxAcross / 2 - 10;
    const lane = laneOf({ ...measures, pitch, variant, v, view, flow: 'right', ends });
    const places = lead.stages.flatMap((stage, s) => stage.blocks.map((_, i) => net.stages[s]?.blocks[i] ?? null));
    const inside = places.slice(shown.from, shown.to);
    const blocks = inside.flatMap((block) => block ?? []);
    const start = narrow ? PAD + 4 : left;
    let before = places.slice(0, shown.from).findLast((block) => block !== null)?.index ?? -1;
    let from = start - 8;
    inside.forEach((block, i) => {
      const u = start + i * pitch;
      // a place that another network fills: the trunk goes on
      if (block === null || i === 0) out.lines.push({ variant, block: before, part: 'trunk', ...path('right', [['M', from, v], ['L', block === null ? u + pitch : u, v]]) });
      from = u + pitch;
      if (block === null) return;
      before = block.index;
      placeBlock(out, lane, block, u);
      if (told === 0) return;
      const x = round(start + (i + 0.46) * pitch);
      const below = v + measures.boxAcross / 2;
      out.values.push({ variant, block: block.index, part: 'skip', x, y: round(below + 24) }, { variant, block: block.index, part: 'branch', x, y: round(below + 37) });
    });
    placeLaneName(out, { ...lead.stages[0], name: 'focus' }, net, variant, narrow ? { x: PAD - 4, y: top - 8, w: GUTTER - 14, h: 24 } : { x: PAD + 2, y: v - 12, w: GUTTER - 14, h: 24 });
    const place = out.stages.at(-1);
    if (place) place.blocks = blocks.map((block) => block.index);
    if (told > 0 || variant === nets.length - 1) placeNumbers(out, inside, start, pitch, v + measures.boxAcross / 2 + 11);
  });
}

/**
 * Keep a brush inside the network and as short as can be drawn.
 *
 * @param {{from: number, to: number}} brush @param {number} numBlocks @param {number} most
 */
export function clampBrush(brush, numBlocks, most) {
  const size = Math.max(1, Math.min(brush.to - brush.from, most, numBlocks));
  const from = Math.max(0, Math.min(brush.from, numBlocks - size));
  return { from, to: from + size };
}
