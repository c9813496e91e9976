/**
 * @file A row a stage, always left to right, for networks of some dozens of blocks; a long stage takes several rows, so
 *   that its
 * blocks are large enough to read where there is height for that.
 */
import { LETTER, leastRoom, nameIn, placeName } from './lanename.js';
import { leadOf } from './net.js';
import { path, point, snake } from './path.js';
import { endsOf, placeBlock, placeChain } from './place.js';

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./layout.js').Asked} Asked */
/** @typedef {import('./net.js').Net} Net */
/** @typedef {import('./net.js').LeadStage} LeadStage */
/** @typedef {import('./place.js').Lane} Lane */
/** @typedef {{stage: number, from: number, to: number}} Row blocks of a stage */

const PAD = 8;
const PANEL_GAP = 8;
const NUMBERS = 14;
const NAME = 90;
const HEADING = 150;
/** The height of a lane, at least and at most; of three networks and more each has a little less. */
const LANE = { least: 40, many: 36, most: 124 };
/** The height of a line of a narrow panel's heading. */
const LINE = 24;
export const NARROW = 560;
const GUTTER = { least: 130, most: 232, share: 0.27, beside: 50 };
/** Above this pitch boxes are wide enough for a text with channels, and as high as it needs. */
const TEXTED = 84;
/** The least pitch with room for the marks of activations, gates and the like. */
export const MARKED = 90;

/** @param {Layout} out @param {Asked} asked */
export function rows(out, { nets, width, height, view }) {
  const narrow = width < NARROW;
  const lead = leadOf(nets);
  const gutter = narrow ? 0 : gutterOf(nets, width);
  // the heading of a narrow panel has the stage's name and size, and the networks', below where there is no room beside
  const name = Math.max(NAME, leastRoom(nets) + 40);
  const beside = name * nets.length <= width - HEADING;
  const indent = 14 + 7 * nets.length; // the trunks come back to the left of it
  const inLine = beside ? nets.length : Math.max(1, Math.floor((width - indent - PAD) / name));
  const each = (width - indent - PAD) / inLine;
  const head = narrow ? LINE * (beside ? 1 : 1 + Math.ceil(nets.length / inLine)) : 0;
  const least = nets.length > 2 ? LANE.many : LANE.least;
  // low lanes leave the stage's name less room
  const air = nets.length > 2 ? 9 : 4;
  const slots = { left: slotOf(lead.stem.boxes.length, narrow), right: slotOf(lead.head.boxes.length, narrow) };
  const left = PAD + gutter + slots.left;
  const zone = width - PAD - slots.right - left;
  const numPanels = lead.stages.length;
  const fixedOf = (/** @type {Row[]} */ plan) =>
    numPanels * (head + air + 2) + plan.length * NUMBERS + (numPanels - 1) * PANEL_GAP + 2 * PAD;
  // a network has a lane where it has blocks, and where a stage begins
  const lanesOf = (/** @type {Row} */ row) =>
    nets.flatMap((net, variant) =>
      row.from === 0 || (net.stages[row.stage]?.blocks.length ?? 0) > row.from ? [{ net, variant }] : [],
    );
  const countOf = (/** @type {Row[]} */ plan) => plan.reduce((sum, row) => sum + lanesOf(row).length, 0);
  const roomFor = (/** @type {Row[]} */ plan) => (height - fixedOf(plan)) / countOf(plan);
  const roomy = rowsOf(lead.stages, zone, lead.numBoxes > 2 ? 72 : 44);
  const plan =
    !narrow && roomFor(roomy) >= least ? roomy : rowsOf(lead.stages, zone, narrow ? 34 : lead.numBoxes > 2 ? 40 : 28);
  const pitch = Math.min(170, zone / Math.max(...plan.map((row) => row.to - row.from)));
  const ends = endsOf(nets);
  const fixed = fixedOf(plan);
  const laneHeight = Math.max(narrow ? LANE.least + 6 : least, Math.min(LANE.most, roomFor(plan)));
  const measures = measuresOf(laneHeight, pitch);
  out.height = Math.max(height, Math.ceil(fixed + laneHeight * countOf(plan)));
  const spare = (out.height - fixed - laneHeight * countOf(plan)) / numPanels;

  let y = PAD;
  /** @type {({u: number, v: number, block: number}|null)[]} where each lane stopped, and the block before */
  const stops = nets.map(() => null);
  lead.stages.forEach((stage, s) => {
    const own = plan.filter((row) => row.stage === s);
    const h = head + countOf(own) * laneHeight + own.length * NUMBERS + air + 2 + spare;
    out.panels.push({ stage: stage.name, x: 1, y, w: width - 2, h });
    placeTitle(out, stage, narrow ? indent + 6 : PAD + 8, y);
    let rowTop = y + head + air + spare / 2;
    for (const row of own) {
      const lanes = lanesOf(row);
      lanes.forEach(({ net, variant }, at) => {
        const top = rowTop + at * laneHeight;
        const v = top + laneHeight - measures.boxAcross / 2 - 7;
        const lane = laneOf({ ...measures, pitch, variant, v, view, flow: 'right', ends });
        const blocks = net.stages[s]?.blocks.slice(row.from, row.to) ?? [];
        const start = stops[variant];
        const gap = (row.from > 0 ? rowTop + 1 : y - PANEL_GAP / 2) + 2 - 4 * variant;
        const turn = {
          out: width - PAD - 4 - 7 * variant,
          gap,
          back: left - slots.left + 8 + 7 * (nets.length - 1 - variant),
        };
        if (start)
          out.lines.push({
            variant,
            block: start.block,
            part: 'trunk',
            ...snake('right', [start.u, start.v], [left, v], turn),
          });
        else placeStem(out, lane, net, left - slots.left, left);
        blocks.forEach((block, i) => placeBlock(out, lane, block, left + i * pitch));
        stops[variant] = { u: left + blocks.length * pitch, v, block: blocks.at(-1)?.index ?? start?.block ?? -1 };
        if (s === numPanels - 1 && row.to >= (net.stages[s]?.blocks.length ?? 0))
          placeHead(
            out,
            lane,
            net,
            left + blocks.length * pitch,
            Math.min(width - PAD, left + blocks.length * pitch + slots.right),
          );
        if (row.from === 0)
          placeLaneName(
            out,
            stage,
            net,
            variant,
            narrow
              ? {
                  x: beside ? width - (nets.length - variant) * name : indent + (variant % inLine) * each,
                  y: y + 1 + (beside ? 0 : LINE * (1 + Math.floor(variant / inLine))),
                  w: (beside ? name : each) - 8,
                  h: LINE,
                }
              : { x: PAD + 2, y: v - 12, w: gutter - 14, h: 24 },
          );
        if (at === lanes.length - 1) placeNumbers(out, blocks, left, pitch, v + measures.boxAcross / 2 + 10);
      });
      rowTop += lanes.length * laneHeight + NUMBERS;
    }
    y += h + PANEL_GAP;
  });
}

/**
 * The width of what stands left of the lanes: the networks' names and the switches of their stages.
 *
 * @param {Net[]} nets
 * @param {number} width of the drawing
 */
export function gutterOf(nets, width) {
  return Math.max(GUTTER.least, Math.min(leastRoom(nets) + GUTTER.beside, GUTTER.most, width * GUTTER.share));
}

/** @param {number} boxes @param {boolean} narrow */
function slotOf(boxes, narrow) {
  return boxes === 0 ? 20 : boxes * (narrow ? 27 : boxes === 1 ? 50 : 32) + (narrow ? 8 : 16);
}

/** @param {LeadStage[]} stages @param {number} zone @param {number} least pitch @returns {Row[]} */
function rowsOf(stages, zone, least) {
  const most = Math.max(1, Math.floor(zone / least));
  return stages.flatMap((stage, s) => {
    const count = Math.ceil(stage.blocks.length / most);
    const size = Math.ceil(stage.blocks.length / count);
    return Array.from({ length: count }, (_, i) => ({
      stage: s,
      from: i * size,
      to: Math.min(stage.blocks.length, (i + 1) * size),
    }));
  });
}

/** @param {number} laneHeight @param {number} pitch */
export function measuresOf(laneHeight, pitch) {
  const boxAcross = Math.max(pitch > TEXTED ? 16 : 12, Math.min(26, laneHeight * 0.27, Math.max(15, pitch * 0.5)));
  return {
    boxAcross,
    reach: -Math.max(boxAcross / 2 + 8, Math.min(laneHeight - boxAcross / 2 - 16, pitch * 0.72)),
    radius: Math.max(3.5, Math.min(7, pitch * 0.085)),
    gap: Math.max(2, Math.min(7, pitch * 0.06)),
    font: pitch > TEXTED ? 10 : 9,
  };
}

/** @param {Omit<Lane, 'boxAlong'|'corner'|'points'>} measures @returns {Lane} */
export function laneOf(measures) {
  return {
    ...measures,
    boxAlong: 0,
    corner: { along: measures.pitch / 2, across: Math.abs(measures.reach) },
    points: measures.pitch >= MARKED,
  };
}

/**
 * Place the name of a stage and, beside it, the size of its maps.
 *
 * @param {Layout} out
 * @param {LeadStage} stage
 * @param {number} x
 * @param {number} y of the panel
 */
function placeTitle(out, stage, x, y) {
  out.texts.push({ x, y: y + 13, text: stage.title, role: 'title', anchor: 'start', size: 12 });
  out.texts.push({ x: x + 47, y: y + 13, text: stage.subtitle, role: 'subtitle', anchor: 'start', size: 10 });
}

/**
 * Place a network's name and the switch of the stage's skips beside it.
 *
 * @param {Layout} out
 * @param {{name: string}} stage
 * @param {Net} net
 * @param {number} variant
 * @param {import('./path.js').Rect} rect
 */
export function placeLaneName(out, stage, net, variant, rect) {
  const name = nameIn(net.label, rect.w - 32 - LETTER);
  placeName(out, net, variant, name, rect.x + 6, rect.y + rect.h / 2);
  const blocks = net.stages.find((one) => one.name === stage.name)?.blocks.map((block) => block.index) ?? [];
  out.stages.push({ stage: stage.name, variant, blocks, ...rect });
}

/** @param {Layout} out @param {Lane} lane @param {Net} net @param {number} from @param {number} to */
function placeStem(out, lane, net, from, to) {
  const { flow, v, variant, gap } = lane;
  placeChain(out, { ...lane, gap: 4 }, net.stem, -1, from + 2, to - 10, v);
  out.lines.push({
    variant,
    block: -1,
    part: 'trunk',
    ...path(flow, [
      ['M', from + 2, v],
      ['L', to + gap / 2, v],
    ]),
  });
}

/** @param {Layout} out @param {Lane} lane @param {Net} net @param {number} from @param {number} to */
function placeHead(out, lane, net, from, to) {
  const { flow, v, variant } = lane;
  const last = net.numBlocks - 1;
  out.lines.push({
    variant,
    block: last,
    part: 'trunk',
    ...path(flow, [
      ['M', from, v],
      ['L', to - 6, v],
    ]),
  });
  placeChain(out, { ...lane, gap: 4 }, net.head, -1, from + 8, to - 4, v);
}

/**
 * @param {Layout} out
 * @param {({index: number}|null)[]} blocks
 * @param {number} left
 * @param {number} pitch
 * @param {number} y
 */
export function placeNumbers(out, blocks, left, pitch, y) {
  const every = pitch >= 22 ? 1 : 2;
  blocks.forEach((block, i) => {
    if (block === null || (block.index + 1) % every !== 0) return;
    const [x] = point('right', left + i * pitch + pitch * 0.46, 0);
    out.texts.push({ x, y, text: String(block.index + 1), role: 'number', anchor: 'middle', size: 9 });
  });
}
