/** @file The hatches for what is no number, as patterns of SVG under names of their own. */
import { svg } from '../dom.js';

/** @type {['zero'|'lost'|'absent', string, number][]} */
const PATTERNS = [
  ['zero', 'M1.5,1.5h.01M4.5,4.5h.01', 1.5],
  ['lost', 'M0,0L6,6M6,0L0,6', 1.2],
  ['absent', 'M-1,1L1,-1M0,6L6,0M5,7L7,5', 1],
];

/**
 * Make the patterns; an element is filled with `url(#prefix-zero)`, `-lost` or `-absent`.
 *
 * @param {string} prefix
 */
export function hatches(prefix) {
  return svg(
    'svg',
    { width: 0, height: 0, class: 'patterns', 'aria-hidden': 'true' },
    svg(
      'defs',
      {},
      ...PATTERNS.map(([code, d, width]) =>
        svg(
          'pattern',
          { id: `${prefix}-${code}`, class: `hatch ${code}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
          svg('rect', { width: 6, height: 6, class: 'hatch-ground' }),
          svg('path', { d, class: 'hatch-line', 'stroke-width': width, fill: 'none', 'stroke-linecap': 'round' }),
        ),
      ),
    ),
  );
}
