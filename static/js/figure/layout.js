/**
 * @file graph -> coordinates of everything in the diagram, in pixels from the top left. Pure.
 *
 * Three layouts, by the number of blocks of the deepest network: a column a stage (to 20), a row a stage
 * (to 60), focus and context (more). Networks lie in aligned lanes, the same layer on the same row.
 */
import { columns } from './columns.js';
import { focus } from './focus.js';
import { leastRoom } from './lanename.js';
import { rows } from './rows.js';

/** @typedef {import('./net.js').Net} Net */
/** @typedef {import('./path.js').Rect} Rect */

/**
 * @typedef {object} Line
 * @property {number} variant
 * @property {number} block index; -1 for the way into the first block
 * @property {'branch'|'identity'|'projection'|'long'|'trunk'} part `trunk` is what leaves the block's junction
 * @property {string} d
 * @property {number} length
 */
/** @typedef {{variant: number, block: number, layer: string, text: string, size: number} & Rect} BoxPlace */
/** @typedef {{variant: number, block: number, x: number, y: number, r: number}} Junction */
/** @typedef {{variant: number, block: number, layer: string, type: string, x: number, y: number}} PointPlace */
/** @typedef {{variant: number, block: number} & Rect} BlockPlace */
/**
 * @typedef {{x: number, y: number, text: string, role: 'title'|'subtitle'|'lane'|'letter'|'number'|'projection'|'end',
 *   anchor:
 *   'start'|'middle'|'end', size: number, variant?: number, block?: number}} TextPlace what a shortcut does to x names
 *   its block
 */
/** @typedef {{stage: string} & Rect} Panel */
/**
 * @typedef {{variant: number, stage: string, from: number, place: number, count: number} & Rect} Strip a cell a block
 *   from block `from`, which stands at a place of the brush: identity above, residual below
 */
/** @typedef {{letter: import('./networks.js').Letter} & Rect} Badge the square under a network's letter */
/**
 * @typedef {{stage: string, variant: number, blocks: number[]} & Rect} StagePlace where the switch of a stage's skips
 *   lies
 */

/**
 * @typedef {object} Layout
 * @property {'columns'|'rows'|'focus'} kind
 * @property {number} width
 * @property {number} height may be more than asked for: the diagram then scrolls
 * @property {Panel[]} panels
 * @property {Line[]} lines
 * @property {BoxPlace[]} boxes
 * @property {Junction[]} junctions
 * @property {PointPlace[]} points activations
 * @property {TextPlace[]} texts
 * @property {Badge[]} badges
 * @property {BlockPlace[]} blocks
 * @property {BlockPlace[]} switches
 * @property {StagePlace[]} stages
 * @property {{variant: number, block: number, part: 'branch'|'skip', x: number, y: number}[]} values where measured
 *   numbers are written
 * @property {Strip[]} strips
 * @property {Rect[]} windows of the brush, one a strip row it covers
 * @property {{from: number, to: number}|null} brush the places drawn in full; as many as blocks where all networks have
 *   the same stages
 * @property {number} places over which the brush can go
 */

/**
 * @typedef {{nets: Net[], width: number, height: number, view: 'paper'|'trunk', brush?: {from: number, to:
 *   number}|null}} Asked
 */

const FEW = 20;
const MANY = 60;
const COLUMN = 118;

/**
 * Lay out networks beside each other.
 *
 * @param {Asked} asked
 * @returns {Layout}
 */
export function layoutDiagram(asked) {
  const kind = kindOf(asked.nets, asked.width);
  const out = empty(kind, asked.width, asked.height);
  if (asked.nets.length === 0) return out;
  if (kind === 'columns') columns(out, asked);
  else if (kind === 'rows') rows(out, asked);
  else focus(out, asked);
  return out;
}

/** @param {Net[]} nets @param {number} width @returns {Layout['kind']} */
export function kindOf(nets, width) {
  const blocks = Math.max(0, ...nets.map((net) => net.numBlocks));
  if (blocks > MANY) return 'focus';
  const stages = Math.max(0, ...nets.map((net) => net.stages.length));
  // of three networks and more, the names stand side by side over each column
  const lane = Math.max(COLUMN * 0.66, nets.length > 2 ? leastRoom(nets) + 34 : 0);
  return blocks <= FEW && width >= stages * nets.length * lane ? 'columns' : 'rows';
}

/** @param {Layout['kind']} kind @param {number} width @param {number} height @returns {Layout} */
function empty(kind, width, height) {
  return {
    kind,
    width,
    height,
    panels: [],
    lines: [],
    boxes: [],
    junctions: [],
    points: [],
    texts: [],
    badges: [],
    blocks: [],
    switches: [],
    stages: [],
    values: [],
    strips: [],
    windows: [],
    brush: null,
    places: 0,
  };
}
