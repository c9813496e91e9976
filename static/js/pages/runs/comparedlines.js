/** @file The lines of a comparison: one a network of each run, no two drawn alike. Pure. */
import { letterAt } from '../../figure/networks.js';
import { numberOf } from '../../figure/values.js';
import { apartOf } from './apart.js';
import { isInFile } from './filerun.js';

/** @typedef {import('./rundigest.js').Run} Run */
/** @typedef {import('../../figure/networks.js').Letter} Letter */
/**
 * @typedef {{label: string, letter: Letter, dash: string, steps: number[], accuracy: number[], loss: number[], ratio:
 *   number[]}} Line in the colour of its run, or, of one run, of its network; Infinity where a number was not finite,
 *   NaN where there is none
 */

const DASHES = [
  'solid',
  '6px,3px',
  '2px,3px',
  '9px,3px,2px,3px',
  '14px,4px',
  '1px,5px',
  '9px,3px,2px,3px,2px,3px',
  '5px,7px',
];
/** Of up to four runs of up to four networks the last ones repeat a dash at another length. */
const LONGER = 2;

/**
 * @param {Run[]} runs in the order of their numbers
 * @param {Record<string, string>} names as the source tells them apart
 * @returns {Line[]}
 */
export function linesOf(runs, names) {
  // the source knows no file, and names no run that is beside files alone
  const hasFile = runs.some(({ id }) => isInFile(id));
  const differences = apartOf(runs, names).map((said, r) => said || (hasFile ? runs[r].name : ''));
  const networks = runs.flatMap((run, r) => (run.digest?.variants ?? []).map((variant, v) => ({ run, r, variant, v })));
  return networks.map(({ run, r, variant, v }, i) => {
    return {
      label:
        runs.length > 1 ? `${r + 1}: ${[variant.label, differences[r]].filter(Boolean).join(', ')}` : variant.label,
      letter: letterAt(runs.length > 1 ? r : v),
      dash: dashOf(i),
      steps: run.digest?.steps ?? [],
      accuracy: variant.accuracy.map(numberOf),
      loss: variant.loss.map(numberOf),
      ratio: variant.gradient_ratio.map(numberOf),
    };
  });
}

/** @param {number} i */
function dashOf(i) {
  const dash = DASHES[i % DASHES.length];
  if (i < DASHES.length) return dash;
  return dash === 'solid'
    ? '30px,3px'
    : dash
        .split(',')
        .map((part) => `${Number.parseInt(part, 10) * LONGER}px`)
        .join(',');
}
