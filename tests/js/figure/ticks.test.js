import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fitTicks, ticksTo } from '../../../static/js/figure/ticks.js';

const STAGES = { values: [5, 14, 23], texts: ['layer1', 'layer2', 'layer3'] };

test('ticks are round, begin at 0 and are three to six', () => {
  assert.deepEqual(ticksTo(199), [0, 50, 100, 150]);
  for (let end = 4; end < 10_000; end = Math.ceil(end * 1.3)) {
    const ticks = ticksTo(end);
    assert.equal(ticks[0], 0);
    assert.ok(ticks.length >= 3 && ticks.length <= 6, `${end}: ${ticks}`);
    assert.ok(/** @type {number} */ (ticks.at(-1)) <= end);
  }
});

test('what has room stays as it is', () => assert.deepEqual(fitTicks(STAGES, 300, [0, 27]), STAGES));

test('stage names shrink to their numbers before any is left out', () => {
  assert.deepEqual(fitTicks(STAGES, 90, [0, 27]), { values: STAGES.values, texts: ['1', '2', '3'] });
});

test('no two labels touch in the smallest room', () => {
  for (const pixels of [10, 40, 70, 120, 300]) {
    const { values, texts } = fitTicks(
      { values: [0, 50, 100, 150], texts: ['0', '50', '100', '150'] },
      pixels,
      [0, 199],
    );
    for (let i = 1; i < values.length; i += 1) {
      const room = ((values[i] - values[i - 1]) * pixels) / 199;
      assert.ok(room >= 3 * (texts[i].length + texts[i - 1].length), `${texts[i - 1]} and ${texts[i]} in ${pixels} px`);
    }
    assert.equal(values[0], 0);
  }
});
