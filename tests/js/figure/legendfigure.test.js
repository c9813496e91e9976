// The legend under a saved picture, held by a golden file.
import { test } from 'node:test';
import { withLegend } from '../../../static/js/figure/legendfigure.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { holds } from '../golden.js';

/** A legend with ramps speaks of something measured. */
const measured = { values: [null] };

/** @param {any[]} events @param {number} [width] */
function legend(events, width = 820) {
  const state = [{ type: 'scale', changes: { low: -6, high: -1 } }, ...events].reduce(reduce, {
    ...initialState(),
    ...measured,
  });
  return withLegend({ data: [], layout: { margin: { l: 0, r: 0, t: 0, b: 0 } } }, state, { width, height: 560 });
}

test('the legend of a picture is the golden one', () => {
  const dark = { type: 'theme', theme: 'dark' };
  holds('legend.json', {
    common: legend([]),
    'activation, dark, phone': legend([dark, { type: 'quantity', quantity: 'activation' }], 343),
    'dead units': legend([{ type: 'quantity', quantity: 'dead_units' }]),
    'weight gradient, by block': legend([
      { type: 'quantity', quantity: 'weight_gradient' },
      { type: 'scale', changes: { scope: 'block' } },
    ]),
  });
});
