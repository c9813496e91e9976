// A tooltip stands beside a block and its neighbours, in every layout.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutDiagram } from '../../../static/js/figure/layout.js';
import { netOf } from '../../../static/js/figure/net.js';
import { neighbourhoodOf, placeBeside } from '../../../static/js/figure/tipplace.js';
import { asVariant } from '../../../static/js/view/state/variants.js';
import { SUMMARIES } from '../golden.js';

const SIZE = { w: 230, h: 190 };
const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

for (const [names, kind] of [
  [['plain20', 'resnet20'], 'columns'],
  [['plain56', 'resnet56'], 'rows'],
  [['resnet50'], 'columns'],
]) {
  test(`${kind} of ${names.join(' and ')}: it covers no neighbour of any block, and stays inside`, () => {
    const nets = names.map((name) => netOf(asVariant(SUMMARIES[name])));
    for (const width of [742, 900]) {
      const layout = layoutDiagram({ nets, width, height: 420, view: 'paper' });
      const bounds = { x: 0, y: 0, w: layout.width, h: layout.height };
      if (width === 900) assert.equal(layout.kind, kind);
      for (const { block } of layout.blocks) {
        const at = { ...placeBeside(neighbourhoodOf(layout, block), SIZE, bounds), ...SIZE };
        assert.ok(at.x >= 0 && at.y >= 0 && at.x + at.w <= bounds.w && at.y + at.h <= bounds.h, `${block} at ${width}`);
        const own = layout.blocks.filter((one) => one.block === block);
        const row = layout.blocks.filter(
          (one) => Math.abs(one.block - block) <= 1 && own.some(({ x, y }) => one.x === x || one.y === y),
        );
        assert.ok(row.length >= own.length);
        for (const one of row) assert.ok(!overlap(at, one), `of block ${block} over ${one.block} at ${width}`);
      }
    }
  });
}

test('what is not drawn has no neighbourhood', () => {
  const layout = layoutDiagram({
    nets: [netOf(asVariant(SUMMARIES.resnet20))],
    width: 800,
    height: 400,
    view: 'paper',
  });
  assert.equal(neighbourhoodOf(layout, 40), null);
});
