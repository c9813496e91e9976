/**
 * @file Place one block, or a chain of boxes, on a lane. The same code serves rows, columns and the focus.
 */
import { arc, path, point, rect, round } from './path.js';

/** @typedef {import('./path.js').Flow} Flow */
/** @typedef {import('./path.js').Rect} Rect */
/** @typedef {import('./net.js').Chain} Chain */
/** @typedef {import('./net.js').NetBlock} NetBlock */
/** @typedef {import('../layout.js').Layout} Layout */

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
 */

/** Mean width of a character at size 1, for the fonts the page uses. */
const CHARACTER = 0.56;

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
 * Place a block and the piece of trunk to the next one.
 *
 * @param {Layout} out
 * @param {Lane} lane
 * @param {NetBlock} block
 * @param {number} u of its fork
 */
export function placeBlock(out, lane, block, u) {
  const { flow, variant, v, pitch, reach, radius, gap, view } = lane;
  const sign = Math.sign(reach);
  const tail = Math.max(3, Math.min(9, pitch * 0.07));
  const junction = u + pitch - tail - radius;
  const rim = junction - radius;
  const boxesAt = view === 'paper' ? v : v + reach - (sign * lane.boxAcross) / 2;
  const chain = { boxes: block.branch.boxes, points: lane.points ? block.branch.points : [] };
  const inset = view === 'paper' || flow === 'down' ? 0 : Math.min(10, pitch * 0.1);
  placeChain(out, lane, chain, block.index, u + gap + inset, rim - gap - inset, boxesAt);

  const straight = path(flow, [['M', u, v], ['L', junction, v]]);
  const bent = view === 'paper'
    ? arc(flow, u, junction, v, reach, radius, lane.corner)
    : arc(flow, u, junction, v, boxesAt - v, radius, { along: flow === 'down' ? 8 : pitch * 0.14, across: Math.abs(boxesAt - v) * (flow === 'down' ? 0.4 : 0.8) });
  const [skip, branch] = view === 'paper' ? [bent, straight] : [straight, bent];
  out.lines.push({ variant, block: block.index, part: 'branch', ...branch });
  out.lines.push({ variant, block: block.index, part: block.shortcut, ...skip });
  out.lines.push({ variant, block: block.index, part: 'trunk', ...path(flow, [['M', junction, v], ['L', u + pitch, v]]) });
  const [x, y] = point(flow, junction, v);
  out.junctions.push({ variant, block: block.index, x, y, r: round(radius) });
  if (lane.points && block.activationAfter && tail >= 5) {
    const [px, py] = point(flow, (junction + radius + u + pitch) / 2, v);
    out.points.push({ variant, block: block.index, layer: '', type: 'activation', x: px, y: py });
  }
  if (block.shortcut === 'projection') placeProjectionText(out, lane, u, junction);
  out.blocks.push({ variant, block: block.index, ...bodyOf(lane, u, boxesAt) });
  out.switches.push({ variant, block: block.index, ...switchOf(lane, u, junction) });
}

/** @param {Lane} lane @param {number} u @param {number} boxesAt @returns {Rect} */
function bodyOf({ flow, pitch, boxAcross }, u, boxesAt) {
  return rect(flow, u, boxesAt - boxAcross / 2 - 3, pitch, boxAcross + 6);
}

/** The area that toggles a skip: the arc, or the straight piece of the trunk. @param {Lane} lane @param {number} u @param {number} junction @returns {Rect} */
function switchOf({ flow, v, reach, boxAcross, pitch, view }, u, junction) {
  if (view === 'trunk') return rect(flow, u, v - 10, junction - u, 20);
  const near = v + Math.sign(reach) * (boxAcross / 2 + 2);
  const far = v + reach + Math.sign(reach) * 5;
  return rect(flow, u + pitch * 0.03, Math.min(near, far), pitch * 0.94, Math.abs(far - near));
}

/** @param {Layout} out @param {Lane} lane @param {number} u @param {number} junction */
function placeProjectionText(out, lane, u, junction) {
  const { flow, v, reach, boxAcross, view } = lane;
  const sign = Math.sign(reach);
  const middle = (u + junction) / 2;
  const room = Math.abs(reach) - boxAcross / 2;
  if (view === 'trunk') {
    if (room < 30) return;
    const [x, y] = point(flow, middle, v + (flow === 'right' ? sign * 9 : -11));
    out.texts.push({ x, y, text: '1×1', role: 'projection', anchor: 'middle', size: 9 });
    return;
  }
  const needed = flow === 'right' ? 14 : 19;
  if (room < needed) return;
  const [x, y] = point(flow, middle, v + sign * (boxAcross / 2 + room / 2 - (flow === 'right' ? 0 : 1)));
  out.texts.push({ x, y, text: '1×1', role: 'projection', anchor: 'middle', size: 9 });
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
  const along = lane.boxAlong > 0 ? Math.min(lane.boxAlong, (to - from - gap * (count - 1)) / count) : (to - from - gap * (count - 1)) / count;
  const space = count > 1 ? (to - from - along * count) / (count - 1) : 0;
  const start = count > 1 ? from : (from + to - along) / 2;
  chain.boxes.forEach((box, i) => {
    const u = start + i * (along + space);
    const place = rect(flow, u, v - boxAcross / 2, along, boxAcross);
    out.boxes.push({ variant, block, layer: box.layer, text: fit(box.texts, font, place.w - 5), size: font, ...place });
  });
  const room = Math.min(space, Infinity);
  for (const dot of chain.points) {
    if (dot.after === 0 || dot.after === count || room < 5) continue;
    const [x, y] = point(flow, start + dot.after * (along + space) - space / 2, v);
    out.points.push({ variant, block, layer: dot.layer, type: dot.type, x, y });
  }
}
