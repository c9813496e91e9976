/**
 * @file A column a stage, like Figure 3 of He et al. 2015, for networks of few blocks: every layer with its kernel
 * and channels, plain and residual beside each other.
 */
import { shortened } from './foreign/stages.js';
import { LETTER, nameIn, placeName } from './lanename.js';
import { leadOf } from './net.js';
import { path, snake } from './path.js';
import { endsOf, fit, placeBlock, placeChain } from './place.js';

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./layout.js').Asked} Asked */
/** @typedef {import('./net.js').Chain} Chain */
/** @typedef {import('./place.js').Lane} Lane */

const PAD = 8;
const PANEL_GAP = 18;
const HEAD = 72;
const FOOT = 18;
const END_BOX = 20;

/** @param {Layout} out @param {Asked} asked */
export function columns(out, { nets, width, height, view }) {
  const lead = leadOf(nets);
  const numStages = lead.stages.length;
  const stem = extentOf(lead.stem);
  const head = extentOf(lead.head);
  const extra = (/** @type {number} */ s) => (s === 0 ? stem : 0) + (s === numStages - 1 ? head : 0);
  const room = height - 2 * PAD - HEAD - FOOT;
  const { numBoxes } = lead;
  const fits = Math.min(...lead.stages.map((stage, s) => (room - extra(s)) / stage.blocks.length));
  const ends = endsOf(nets);
  const marks = ends[0] + ends[1];
  const pitch = Math.max(leastPitch(numBoxes), Math.min(50 + 95 * numBoxes, fits));
  const length = Math.max(...lead.stages.map((stage, s) => stage.blocks.length * pitch + extra(s)));
  out.height = Math.max(height, Math.ceil(2 * PAD + HEAD + FOOT + length));
  const first = PAD + HEAD;
  const bottom = out.height - PAD;

  const columnWidth = (width - (numStages - 1) * PANEL_GAP - 2) / numStages;
  const laneWidth = (columnWidth - 12) / nets.length;
  const bow = Math.max(18, Math.min(40, laneWidth * 0.27));
  const trunkFirst = view === 'trunk';
  const boxAcross = Math.min(Math.max(116, Math.min(160, laneWidth * 0.42)), laneWidth - bow - 10);
  const slack = laneWidth - boxAcross - bow;
  const measures = {
    ...measuresOf(pitch, numBoxes, boxAcross, bow, marks),
    ends,
    ...(trunkFirst ? { reach: boxAcross + bow * 0.55 } : {}),
  };

  /**
   * @type {({u: number, v: number, block: number, out: number}|null)[]} where each lane ended, the block before, and
   *   where the longest of the column ends
   */
  const stops = nets.map(() => null);
  lead.stages.forEach((stage, s) => {
    const x = 1 + s * (columnWidth + PANEL_GAP);
    out.panels.push({ stage: stage.name, x, y: PAD, w: columnWidth, h: bottom - PAD });
    placeHeading(out, stage, x, columnWidth);
    nets.forEach((net, variant) => {
      const v = x + 6 + variant * laneWidth + slack * 0.5 + (trunkFirst ? bow * 0.3 : boxAcross / 2);
      const centre = trunkFirst ? v + boxAcross / 2 - 7 : v;
      const lane = { ...measures, variant, v, view };
      const blocks = net.stages[s]?.blocks ?? [];
      const start = first + (s === 0 ? stem : 0);
      const last = start + blocks.length * pitch;
      const outer = nets.length - 1 - variant;
      const said = nameIn(net.label, (nets.length > 1 ? laneWidth - 28 : columnWidth - 44) - LETTER);
      const name = said.width + LETTER;
      // a name and its switch stay inside their lane
      const own = x + 6 + variant * laneWidth;
      const middle = Math.max(own + 4 + name / 2, Math.min(centre - 10, own + laneWidth - 27 - name / 2));
      placeName(out, net, variant, said, middle - name / 2, PAD + 50);
      out.stages.push({
        stage: stage.name,
        variant,
        blocks: blocks.map((block) => block.index),
        x: middle - 4 - name / 2,
        y: PAD + 38,
        w: name + 30,
        h: 24,
      });
      const end = stops[variant];
      if (end) {
        const turn = {
          out: end.out + 6 + 6 * outer,
          gap: x - PANEL_GAP / 2 + 3.5 * (1 - 2 * variant),
          back: first - 6 - 6 * variant,
        };
        out.lines.push({
          variant,
          block: end.block,
          part: 'trunk',
          ...snake('down', [end.u, end.v], [first, v], turn),
        });
      } else {
        out.lines.push({
          variant,
          block: -1,
          part: 'trunk',
          ...path('down', [
            ['M', first, v],
            ['L', start, v],
          ]),
        });
        placeChain(out, { ...lane, boxAlong: END_BOX }, net.stem, -1, first - 6, start - 18, centre);
      }
      blocks.forEach((block, i) => placeBlock(out, lane, block, start + i * pitch));
      stops[variant] = {
        u: last,
        v,
        block: blocks.at(-1)?.index ?? end?.block ?? -1,
        out: start + stage.blocks.length * pitch,
      };
      if (s === numStages - 1) {
        out.lines.push({
          variant,
          block: net.numBlocks - 1,
          part: 'trunk',
          ...path('down', [
            ['M', last, v],
            ['L', last + head - 8, v],
          ]),
        });
        placeChain(out, { ...lane, boxAlong: END_BOX }, net.head, -1, last + 16, last + head - 4, centre);
      }
    });
  });
}

/** @param {Chain} chain */
function extentOf(chain) {
  return chain.boxes.length === 0 ? 0 : chain.boxes.length * (END_BOX + 8) + 14;
}

/** @param {Layout} out @param {import('./net.js').LeadStage} stage @param {number} x @param {number} columnWidth */
function placeHeading(out, stage, x, columnWidth) {
  const middle = x + columnWidth / 2;
  out.texts.push({
    x: middle,
    y: PAD + 15,
    text: fit([stage.title, shortened(stage.title, 9)], 13, columnWidth) || shortened(stage.title, 5),
    role: 'title',
    anchor: 'middle',
    size: 13,
  });
  out.texts.push({
    x: middle,
    y: PAD + 31,
    text: fit(
      stage.subtitle ? [`${stage.count} · ${stage.subtitle}`, stage.subtitle] : [stage.count],
      10,
      columnWidth - 8,
    ),
    role: 'subtitle',
    anchor: 'middle',
    size: 10,
  });
}

/** Boxes of twelve pixels, three between them, and the junction. @param {number} numBoxes */
function leastPitch(numBoxes) {
  return 18 + 15 * numBoxes;
}

/**
 * @param {number} pitch
 * @param {number} numBoxes
 * @param {number} boxAcross
 * @param {number} bow
 * @param {number} marks the room that marks take before and behind the boxes, where there is room
 * @returns {Omit<Lane, 'variant'|'v'|'view'|'ends'>}
 */
function measuresOf(pitch, numBoxes, boxAcross, bow, marks) {
  const radius = Math.max(5, Math.min(8, pitch * 0.08));
  // boxes that are high enough for their texts come first, then room between them, and marks in it
  const gap = Math.max(3, Math.min(10, 3 + (pitch - leastPitch(numBoxes) - marks) * 0.08));
  const tail = Math.max(3, Math.min(9, pitch * 0.07));
  const boxAlong = Math.min(Math.max(38, pitch * 0.22), (pitch - tail - 2 * radius - gap * (numBoxes + 1)) / numBoxes);
  return {
    flow: 'down',
    pitch,
    reach: boxAcross / 2 + bow - 8,
    boxAlong,
    boxAcross,
    radius,
    gap,
    corner: { along: Math.min(26, pitch * 0.3), across: bow + 6 },
    font: boxAlong < 15 ? 9 : boxAlong < 44 || boxAcross < 100 ? 10 : 12,
    points: gap >= 4,
  };
}
