import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawColumns } from '../../../../static/js/view/charts/heatmapcanvas.js';

/** The parts of the width that are drawn, from and to a step. @param {number[]} steps @param {number} end */
function drawn(steps, end) {
  /** @type {[number, number][]} */
  const parts = [];
  const brush = { drawImage: (...given) => parts.push([given[5], given[5] + given[7]]) };
  const history = { steps: Float64Array.from(steps), length: steps.length };
  const any = /** @type {never} */ (brush);
  drawColumns(any, /** @type {never} */ ({ height: 4 }), /** @type {never} */ (history), end, end + 1, 10);
  return parts.sort(([a], [b]) => a - b);
}

test('columns of any spacing leave no step white between two that are recorded', () => {
  for (const steps of [
    [0, 1, 2, 3],
    [0, 1, 2, 4, 6, 8, 16, 32],
    [5, 10, 20, 21, 22, 40],
  ]) {
    let reached = steps[0];
    for (const [from, to] of drawn(steps, 40)) {
      assert.ok(from <= reached, `${steps}: white from ${reached} to ${from}`);
      reached = Math.max(reached, to);
    }
    assert.ok(reached > (steps.at(-1) ?? 0));
  }
});
