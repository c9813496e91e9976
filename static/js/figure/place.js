/**
 * @file Place one block, or a chain of boxes, on a lane. The same code serves rows, columns and the focus.
 */
import { arc, path, point, rect, round } from './path.js';

/** @typedef {import('./path.js').Flow} Flow */
/** @typedef {import('./path.js').Rect} Rect */
/** @typedef {import('./net.js').Chain} Chain */
/** @typedef {import('./net.js').NetBlock} NetBlock */
/** @typedef {import('./layout.js').Layout} Layout */

/**
 * @typedef {object} Lane the measures that all blocks of a row or column share
 * @property {Flow} flow
 * @property {number} variant
 * @property {number} v of the trunk
 * @property {number} pitch from one block's fork to the next
 * @property {number} reach signed distance of the arc's far side from the trunk
 * @property {number} boxAlong extent of a box along the flow; 0 to fill what the pitch leaves
 * @property {number} boxAcross
 * @property {number} radius of the junction
 * @property {number} gap between boxes
 * @property {{along: number, across: number}} corner of the arc
 * @property {number} font size of the boxes' texts
 * @property {'paper'|'trunk'} view
 * @property {boolean} points whether activations are drawn as marks
 * @property {[number, number]} ends room for marks before the first and after the last box of a branch
 */

/** Mean width of a character at size 1, for the fonts the page uses. */
const CHARACTER = 0.56;
/** Room for a mark before the first or after the last box of a branch. */
const POINT = 9;
/** The place of an identity beside a shortcut's convolution: the share of its way out, or pixels from the trunk. */
const BESIDE = 0.35;
const IDENTITY = 11;
/** The least height of the area to press, for low arcs too. */
const HIT = 16;

/**
 * Take the fullest text that fits, or none.
 *
 * @param {string[]} texts from the fullest
 * @param {number} size
 * @param {number} room
 */
export function fit(texts, size, room) {
  return texts.find((text) => text.length * size * CHARACTER <= room) ?? '';
}

/**
 * The room for marks at the ends of a branch: the most that any of the networks needs, so that their boxes stay
 * aligned.
 *
 * @param {import('./net.js').Net[]} nets
 * @returns {[number, number]}
 */
export function endsOf(nets) {
  const branches = nets.flatMap((net) => net.stages.flatMap((stage) => stage.blocks.map((block) => block.branch)));
  const room = (/** @type {(branch: Chain) => number} */ place) =>
    branches.some((branch) => branch.points.some((dot) => dot.after === place(branch))) ? POINT : 0;
  return [room(() => 0), room((branch) => branch.boxes.length)];
}

/**
 * Place a block and the piece of trunk to the next one.
 *
 * @param {Layout} out
 * @param {Lane} lane
 * @param {NetBlock} block
 * @param {number} u of its fork
 */
export function placeBlock(out, lane, block, u) {
  if (block.shortcut === 'none') {
    placeStretch(out, lane, block, u);
    return;
  }
  const { flow, variant, v, pitch, reach, radius, gap, view } = lane;
  const sign = Math.sign(reach);
  const tail = Math.max(3, Math.min(9, pitch * 0.07));
  const junction = u + pitch - tail - radius;
  const rim = junction - radius;
  const boxesAt = view === 'paper' ? v : v + reach - (sign * lane.boxAcross) / 2;
  const chain = { boxes: block.branch.boxes, points: lane.points ? block.branch.points : [] };
  const [before, after] = lane.points ? lane.ends : [0, 0];
  const inset = view === 'paper' || flow === 'down' ? 0 : Math.min(10, pitch * 0.1);
  placeChain(out, lane, chain, block.index, u + gap + inset + before, rim - gap - inset - after, boxesAt);

  const straight = path(flow, [
    ['M', u, v],
    ['L', junction, v],
  ]);
  const bent =
    view === 'paper'
      ? arc(flow, u, junction, v, reach, radius, lane.corner)
      : arc(flow, u, junction, v, boxesAt - v, radius, {
          along: flow === 'down' ? 8 : pitch * 0.14,
          across: Math.abs(boxesAt - v) * (flow === 'down' ? 0.4 : 0.8),
        });
  const [skip, branch] = view === 'paper' ? [bent, straight] : [straight, bent];
  out.lines.push({ variant, block: block.index, part: 'branch', ...branch });
  out.lines.push({ variant, block: block.index, part: block.shortcut, ...skip });
  if (block.beside)
    out.lines.push({ variant, block: block.index, part: 'identity', ...besideOf(lane, u, junction, boxesAt) });
  out.lines.push({
    variant,
    block: block.index,
    part: 'trunk',
    ...path(flow, [
      ['M', junction, v],
      ['L', u + pitch, v],
    ]),
  });
  const [x, y] = point(flow, junction, v);
  out.junctions.push({ variant, block: block.index, x, y, r: round(radius) });
  if (lane.points && block.activationAfter && tail >= 5) {
    const [px, py] = point(flow, (junction + radius + u + pitch) / 2, v);
    out.points.push({ variant, block: block.index, layer: '', type: 'activation', x: px, y: py });
  }
  if (block.skipTexts.length > 0) placeSkipText(out, lane, block, u, junction);
  out.blocks.push({ variant, block: block.index, ...bodyOf(lane, u, boxesAt) });
  out.switches.push({ variant, block: block.index, ...switchOf(lane, u, junction) });
}

/**
 * Place a stretch that no shortcut goes around, on the trunk.
 *
 * @param {Layout} out
 * @param {Lane} lane
 * @param {NetBlock} block
 * @param {number} u
 */
function placeStretch(out, lane, block, u) {
  const { flow, variant, v, pitch, gap, boxAcross } = lane;
  placeChain(out, lane, { boxes: block.branch.boxes, points: [] }, block.index, u + gap, u + pitch - gap, v);
  const through = path(flow, [
    ['M', u, v],
    ['L', u + pitch, v],
  ]);
  out.lines.push({ variant, block: block.index, part: 'branch', ...through });
  const place = { variant, block: block.index, ...rect(flow, u, v - boxAcross / 2 - 3, pitch, boxAcross + 6) };
  out.blocks.push(place);
  out.switches.push({ ...place });
}

/**
 * The identity beside a shortcut with a convolution: between that and the boxes, or across the trunk from them.
 *
 * @param {Lane} lane
 * @param {number} u
 * @param {number} junction
 * @param {number} boxesAt
 */
function besideOf({ flow, v, reach, radius, corner, boxAcross, view }, u, junction, boxesAt) {
  const sign = Math.sign(reach);
  const half = boxAcross / 2;
  const far =
    view === 'paper'
      ? sign * (half + Math.max(3, (Math.abs(reach) - half) * BESIDE))
      : Math.sign(v - boxesAt) * IDENTITY;
  return arc(flow, u, junction, v, far, radius, { along: corner.along * 0.7, across: Math.abs(far) - radius });
}

/** @param {Lane} lane @param {number} u @param {number} boxesAt @returns {Rect} */
function bodyOf({ flow, pitch, boxAcross }, u, boxesAt) {
  return rect(flow, u, boxesAt - boxAcross / 2 - 3, pitch, boxAcross + 6);
}

/**
 * The area that toggles a skip: the arc, or the straight piece of the trunk.
 *
 * @param {Lane} lane
 * @param {number} u
 * @param {number} junction
 * @returns {Rect}
 */
function switchOf({ flow, v, reach, boxAcross, pitch, view }, u, junction) {
  if (view === 'trunk') return rect(flow, u, v - 10, junction - u, 20);
  const near = v + Math.sign(reach) * (boxAcross / 2 + 2);
  const far = near + Math.sign(reach) * Math.max(HIT, Math.abs(v + reach - near) + 5);
  return rect(flow, u + pitch * 0.03, Math.min(near, far), pitch * 0.94, Math.abs(far - near));
}

/**
 * The shortcut's function of x, written beside it.
 *
 * @param {Layout} out
 * @param {Lane} lane
 * @param {NetBlock} block
 * @param {number} u
 * @param {number} junction
 */
function placeSkipText(out, lane, block, u, junction) {
  const { flow, v, reach, boxAcross, view } = lane;
  const sign = Math.sign(reach);
  const size = 9;
  // an identity beside it takes a part of the room
  const [taken, past] = block.beside ? [BESIDE, IDENTITY] : [0, 0];
  const room = Math.abs(reach) - boxAcross / 2;
  const beside = room * (1 - taken);
  const width = view === 'trunk' && flow === 'down' ? 30 : flow === 'right' ? (junction - u) * 0.5 : beside - 2;
  const text = fit(block.skipTexts, size, width);
  if (!text || (flow === 'right' && beside < 16)) return;
  const middle = (u + junction) / 2;
  const across =
    view === 'trunk'
      ? v + (flow === 'right' ? sign * 9 : -text.length * size * CHARACTER * 0.5 - 4 - past)
      : v + sign * (boxAcross / 2 + room * taken + beside / 2 - (flow === 'right' ? 0 : 1));
  const [x, y] = point(flow, middle, across);
  out.texts.push({ x, y, text, role: 'projection', anchor: 'middle', size, variant: lane.variant, block: block.index });
}

/**
 * Place boxes one after the other between two places of the flow.
 *
 * @param {Layout} out
 * @param {Lane} lane
 * @param {Chain} chain
 * @param {number} block index, -1 for the stem and the head
 * @param {number} from
 * @param {number} to
 * @param {number} v
 */
export function placeChain(out, lane, chain, block, from, to, v) {
  const { flow, variant, gap, boxAcross, font } = lane;
  const count = chain.boxes.length;
  if (count === 0) return;
  const along =
    lane.boxAlong > 0
      ? Math.min(lane.boxAlong, (to - from - gap * (count - 1)) / count)
      : (to - from - gap * (count - 1)) / count;
  const space = count > 1 ? (to - from - along * count) / (count - 1) : 0;
  const start = count > 1 ? from : (from + to - along) / 2;
  chain.boxes.forEach((box, i) => {
    const u = start + i * (along + space);
    const place = rect(flow, u, v - boxAcross / 2, along, boxAcross);
    out.boxes.push({ variant, block, layer: box.layer, text: fit(box.texts, font, place.w - 5), size: font, ...place });
  });
  for (const dot of chain.points) {
    const inside = dot.after > 0 && dot.after < count;
    if (inside && space < 5) continue;
    const u =
      dot.after === 0
        ? start - POINT / 2 - 1
        : inside
          ? start + dot.after * (along + space) - space / 2
          : to + POINT / 2 + 1;
    const [x, y] = point(flow, u, v);
    out.points.push({ variant, block, layer: dot.layer, type: dot.type, x, y });
  }
}
