/** @file The picture of a block, in a form that fits its room, with its words. Pure. */
import { formatNumber } from '../scale.js';
import { tallBlock } from './tall.js';
import { wideBlock } from './wide.js';

/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('../lesson/scene.js').Scene} Scene */

/** Below it a block stands upright, in pixels. */
const WIDE = 680;
/** The least room of a layer that lies, beside what the ends take. */
const LAYER = 68;
const ENDS = 290;

/**
 * Draw a block.
 *
 * @param {Reading} reading @param {number} width
 * @returns {Scene}
 */
export function blockPicture(reading, width) {
  const count = reading.before.length + reading.branch.length + reading.after.length;
  const draw = width >= Math.max(WIDE, ENDS + LAYER * count) ? wideBlock : tallBlock;
  return { ...draw(reading, width), label: tell(reading) };
}

/** Say a block with its numbers. @param {Reading} reading */
export function tell({ label, name, kind, on, bare, dropped, x, f, skip, y }) {
  const number = (/** @type {number} */ value) => (Number.isNaN(value) ? 'not measured' : formatNumber(value));
  const ways = [
    dropped ? 'F(x) dropped' : `F(x) ${number(f.rms)}`,
    ...(on ? [`${bare ? 'the identity' : 'the shortcut'} ${number(skip.rms)}`] : []),
  ];
  const parts = [
    dropped ? 'none through F' : `${number(f.gradient)} through F`,
    ...(on ? [`${number(skip.gradient)} by the skip`] : []),
  ];
  return (
    `${name} of ${label}, ${kind}${on ? '' : ', its skip cut'}. ` +
    `Forward, RMS: x ${number(x.rms)}, ${ways.join(', ')}, y ${number(y.rms)}. ` +
    `Backward, RMS of the gradient: at y ${number(y.gradient)}, ${parts.join(', ')}, at x ${number(x.gradient)}.`
  );
}
