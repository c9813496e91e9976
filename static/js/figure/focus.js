/**
 * @file Focus and context, for networks too deep to draw in full: every block a cell of a strip (identity above,
 * residual below), and the blocks inside the brush drawn in full.
 */
import { leadOf } from './net.js';
import { path, round, snake } from './path.js';
import { endsOf, placeBlock } from './place.js';
import { gutterOf, laneOf, MARKED, measuresOf, NARROW, placeLaneName, placeNumbers } from './rows.js';

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./layout.js').Asked} Asked */

const PAD = 8;
const CELL = 9;
const BETWEEN = 5;
/** Lanes at least so high have the numbers written under the blocks. */
const TOLD = 92;
const NUMBERS = 34;
/** The height of a lane: at most; so much for each where several rows are drawn. */
const LANE = { most: 168, least: 132 };
/** Between rows of blocks, for the trunk's way back. */
const ROW_GAP = 14;
/** So many blocks are in focus at first in a row, and at most in all. */
const FIRST = 12;
const MOST = 48;
/** At least so far apart, blocks have room for every mark and text; at most so far they still look like a chain. */
const PITCH = { most: 150, least: MARKED };
/** Room for the switch of a stage's skips beside its strip. */
const SWITCH = { w: 32, h: 22 };

/** @param {Layout} out @param {Asked} asked */
export function focus(out, { nets, width, height, view, brush }) {
  const lead = leadOf(nets);
  const narrow = width < NARROW;
  const gutter = narrow ? 0 : gutterOf(nets, width);
  const left = PAD + gutter;
  const zone = width - PAD - left;
  const cell = zone / Math.max(...lead.stages.map((stage) => stage.blocks.length));
  const rowHeight = nets.length * (2 * CELL + BETWEEN) + 14 + (narrow ? 18 : 6);

  const fits = Math.max(3, Math.floor(zone / PITCH.least));
  const panelTop = PAD + lead.stages.length * rowHeight + 10;
  out.height = Math.max(height, panelTop + nets.length * 66 + 40 + PAD);
  const panelHeight = out.height - panelTop - 2;
  const numRows = narrow ? 1 : Math.max(1, Math.floor((panelHeight - 26) / (nets.length * LANE.least + ROW_GAP)));
  const shown = clampBrush(
    brush ?? { from: 0, to: Math.min(fits, FIRST) * numRows },
    lead.numPlaces,
    Math.min(fits * numRows, Math.max(fits, MOST)),
  );
  out.brush = shown;
  out.places = lead.numPlaces;

  let y = PAD;
  for (const [s, stage] of lead.stages.entries()) {
    const top = y + (narrow ? 18 : 2);
    const label = narrow ? { x: PAD, y: y + 9 } : { x: PAD + 8, y: top + 9 };
    out.texts.push({ ...label, text: stage.title, role: 'title', anchor: 'start', size: 13 });
    out.texts.push({
      x: narrow ? PAD + 60 : PAD + 8,
      y: narrow ? y + 9 : top + 24,
      text: stage.subtitle,
      role: 'subtitle',
      anchor: 'start',
      size: 10,
    });
    const first = stage.from;
    const count = stage.blocks.length;
    nets.forEach((net, variant) => {
      const blocks = net.stages[s]?.blocks ?? [];
      const own = blocks.length;
      out.strips.push({
        variant,
        stage: stage.name,
        from: blocks[0]?.index ?? 0,
        place: first,
        count: own,
        x: left,
        y: top + variant * (2 * CELL + BETWEEN),
        w: own * cell,
        h: 2 * CELL,
      });
      const at = narrow
        ? { x: width - PAD - (nets.length - variant) * (SWITCH.w + 4), y: y - 3 }
        : { x: left - SWITCH.w - 6, y: top + variant * (2 * CELL + BETWEEN) - 2 };
      out.stages.push({ stage: stage.name, variant, blocks: blocks.map((block) => block.index), ...at, ...SWITCH });
    });
    const h = nets.length * (2 * CELL + BETWEEN) - BETWEEN;
    const every = [1, 2, 5, 10, 20, 50, 100].find((step) => step * cell >= 34) ?? 100;
    for (let i = 0; i < count; i += every) {
      out.texts.push({
        x: left + (i + 0.5) * cell,
        y: top + h + 8,
        text: String(stage.blocks[i].index + 1),
        role: 'number',
        anchor: 'middle',
        size: 9,
      });
    }
    const from = Math.max(shown.from, first);
    const to = Math.min(shown.to, first + count);
    if (to > from)
      out.windows.push({ x: left + (from - first) * cell - 2, y: top - 3, w: (to - from) * cell + 4, h: h + 6 });
    y += rowHeight;
  }

  out.panels.push({ stage: 'focus', x: 1, y: panelTop, w: width - 2, h: panelHeight });
  const size = shown.to - shown.from;
  const used = Math.min(numRows, Math.ceil(size / Math.min(fits, FIRST)));
  const inRow = Math.ceil(size / used);
  const turns = used > 1 ? 10 + 7 * nets.length : 0;
  const pitch = Math.min(PITCH.most, (width - 2 * PAD - (narrow ? 8 : gutter) - turns) / inRow);
  const laneHeight = Math.min(LANE.most, (panelHeight - 30 - (used - 1) * ROW_GAP) / (nets.length * used));
  const told = laneHeight >= TOLD && pitch >= 50 ? NUMBERS : 0;
  const measures = measuresOf(laneHeight - told, pitch);
  const ends = endsOf(nets);
  const across = nets.length * laneHeight + ROW_GAP;
  const spare = panelHeight - 26 - used * across + ROW_GAP;
  const start = narrow ? PAD + 4 : left;
  nets.forEach((net, variant) => {
    const places = lead.stages.flatMap((stage, s) => stage.blocks.map((_, i) => net.stages[s]?.blocks[i] ?? null));
    const inside = places.slice(shown.from, shown.to);
    let before = places.slice(0, shown.from).findLast((block) => block !== null)?.index ?? -1;
    for (let row = 0; row < used; row += 1) {
      const first = panelTop + 6 + spare / 2 + row * across;
      const top = first + variant * laneHeight;
      const v = top + laneHeight - told - measures.boxAcross / 2 - 10;
      const lane = laneOf({ ...measures, pitch, variant, v, view, flow: 'right', ends });
      const own = inside.slice(row * inRow, (row + 1) * inRow);
      if (row > 0) {
        const turn = {
          out: width - PAD - 4 - 7 * variant,
          gap: first - ROW_GAP / 2 + 3 - 4 * variant,
          back: start - 5 - 5 * (nets.length - 1 - variant),
        };
        out.lines.push({
          variant,
          block: before,
          part: 'trunk',
          ...snake('right', [start + inRow * pitch, v - across], [start, v], turn),
        });
      }
      let from = row > 0 ? start : start - 8;
      own.forEach((block, i) => {
        const u = start + i * pitch;
        // a place that another network fills: the trunk goes on
        if (block === null || (i === 0 && row === 0))
          out.lines.push({
            variant,
            block: before,
            part: 'trunk',
            ...path('right', [
              ['M', from, v],
              ['L', block === null ? u + pitch : u, v],
            ]),
          });
        from = u + pitch;
        if (block === null) return;
        before = block.index;
        placeBlock(out, lane, block, u);
        if (told === 0) return;
        const x = round(start + (i + 0.46) * pitch);
        const below = v + measures.boxAcross / 2;
        out.values.push(
          { variant, block: block.index, part: 'skip', x, y: round(below + 24) },
          { variant, block: block.index, part: 'branch', x, y: round(below + 37) },
        );
      });
      if (row === 0)
        placeLaneName(
          out,
          { ...lead.stages[0], name: 'focus' },
          net,
          variant,
          narrow
            ? { x: PAD - 4, y: top - 8, w: gutterOf([net], width * 2) - 14, h: 24 }
            : { x: PAD + 2, y: v - 12, w: gutter - 14, h: 24 },
        );
      if (told > 0 || variant === nets.length - 1)
        placeNumbers(out, own, start, pitch, v + measures.boxAcross / 2 + 11);
    }
    const place = out.stages.at(-1);
    if (place) place.blocks = inside.flatMap((block) => block?.index ?? []);
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
