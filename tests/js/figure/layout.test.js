import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf, layoutDiagram } from '../../../static/js/figure/layout.js';
import { netOf } from '../../../static/js/figure/net.js';
import { letterAt } from '../../../static/js/figure/networks.js';
import { holds, KINDS, SUMMARIES } from '../golden.js';

const nets = (...names) =>
  names.map((name, v) => netOf({ label: SUMMARIES[name].label, letter: letterAt(v), summary: SUMMARIES[name] }));
const SIZE = { width: 820, height: 560 };

/** A net of many blocks, made of ResNet-20's by repeating its stages' last blocks. */
function deep(...counts) {
  const numBlocks = counts.reduce((sum, count) => sum + count, 0);
  const [net] = nets('resnet20');
  let index = 0;
  const stages = net.stages.map((stage, s) => ({
    ...stage,
    blocks: Array.from({ length: counts.length === 1 ? numBlocks / 3 : counts[s] }, (_, i) => ({
      ...stage.blocks[Math.min(i, 2)],
      index: index++,
    })),
  }));
  return { ...net, stages, numBlocks };
}

const overlap = (a, b) =>
  a.x < b.x + b.w - 0.01 && b.x < a.x + a.w - 0.01 && a.y < b.y + b.h - 0.01 && b.y < a.y + a.h - 0.01;

/** A net of which each branch ends in a mark, as squeeze and excitation has one. */
function marked(net) {
  const stages = net.stages.map((stage) => ({
    ...stage,
    blocks: stage.blocks.map((block) => {
      const { boxes, points } = block.branch;
      return { ...block, branch: { boxes, points: [...points, { after: boxes.length, type: 'se', layer: '' }] } };
    }),
  }));
  return { ...net, stages };
}

const CASES = {
  'columns, marked ResNet-50 in a low panel': {
    nets: nets('resnet50').map(marked),
    width: 820,
    height: 380,
    view: 'paper',
  },
  'columns, plain-20 and ResNet-20': { nets: nets('plain20', 'resnet20'), ...SIZE, view: 'paper' },
  'columns, ResNet-50, trunk first': { nets: nets('resnet50'), ...SIZE, view: 'trunk' },
  'rows, plain-56 and ResNet-56': { nets: nets('plain56', 'resnet56'), ...SIZE, view: 'paper' },
  'rows, ResNet-56, trunk first': { nets: nets('resnet56'), ...SIZE, view: 'trunk' },
  'rows, phone': { nets: nets('plain56', 'resnet56'), width: 343, height: 440, view: 'paper' },
  'rows, a long stage in two where there is height': { nets: [deep(54)], width: 820, height: 560, view: 'paper' },
  'columns, on a wide screen': { nets: nets('plain20', 'resnet20'), width: 1500, height: 900, view: 'paper' },
  'columns, pre-activated ResNet-20': { nets: nets('preact20'), ...SIZE, view: 'paper' },
  'columns, ResNet-18 and ResNet-20': { nets: nets('resnet18', 'resnet20'), ...SIZE, view: 'paper' },
  'rows, ResNet-20 and ResNet-56': { nets: nets('resnet20', 'resnet56'), ...SIZE, view: 'paper' },
  'rows, few blocks in a low panel': { nets: nets('resnet18', 'resnet20'), width: 590, height: 470, view: 'paper' },
  'focus, unequal stages': { nets: [deep(63), deep(12, 60, 9)], ...SIZE, view: 'paper', brush: { from: 17, to: 24 } },
  'focus, four rows on a wide screen': { nets: [deep(600)], width: 1500, height: 900, view: 'paper' },
  'focus, unequal stages in two rows': {
    nets: [deep(63), deep(12, 60, 9)],
    width: 1500,
    height: 1000,
    view: 'trunk',
    brush: { from: 3, to: 29 },
  },
  'focus, 600 blocks': { nets: [deep(600), deep(600)], ...SIZE, view: 'paper', brush: { from: 195, to: 207 } },
};

test('the coordinates are the golden ones', () => {
  holds('layout.json', Object.fromEntries(Object.entries(CASES).map(([name, asked]) => [name, layoutDiagram(asked)])));
});

test('of networks with other stages every block is drawn or has a cell', () => {
  for (const names of [
    ['resnet18', 'resnet20'],
    ['resnet20', 'resnet18'],
    ['resnet20', 'resnet56'],
    ['resnet50', 'resnet20'],
  ]) {
    for (const width of [343, 820, 1500]) {
      const asked = { nets: nets(...names), ...SIZE, width, view: 'paper' };
      const drawn = layoutDiagram(asked)
        .blocks.map(({ variant, block }) => `${variant} ${block}`)
        .sort();
      assert.deepEqual(
        drawn,
        asked.nets.flatMap((net, v) => Array.from({ length: net.numBlocks }, (_, b) => `${v} ${b}`)).sort(),
        `${names} ${width}`,
      );
    }
  }
  const unequal = [deep(63), deep(12, 60, 9)];
  const { strips, places } = layoutDiagram({ nets: unequal, ...SIZE, view: 'paper' });
  assert.equal(places, 21 + 60 + 21);
  for (const [v, net] of unequal.entries())
    assert.equal(
      strips.filter(({ variant }) => variant === v).reduce((sum, { count }) => sum + count, 0),
      net.numBlocks,
    );
  const seen = new Set();
  for (let from = 0; from < places; from += 7) {
    for (const { variant, block } of layoutDiagram({
      nets: unequal,
      ...SIZE,
      view: 'paper',
      brush: { from, to: from + 7 },
    }).blocks)
      seen.add(`${variant} ${block}`);
  }
  assert.equal(seen.size, 63 + 81, 'the brush reaches every block');
});

for (const [name, asked] of Object.entries(CASES)) {
  const layout = layoutDiagram(asked);
  test(`${name}: boxes and switches lie inside, apart from each other`, () => {
    for (const list of [layout.boxes, layout.switches, layout.panels]) {
      for (const rect of list) {
        assert.ok(
          rect.x >= 0 &&
            rect.y >= 0 &&
            rect.x + rect.w <= layout.width + 0.01 &&
            rect.y + rect.h <= layout.height + 0.01,
          JSON.stringify(rect),
        );
      }
    }
    for (const list of [layout.boxes, layout.switches]) {
      list.forEach((a, i) =>
        list.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b), `${JSON.stringify(a)} over ${JSON.stringify(b)}`)),
      );
    }
  });
  test(`${name}: a switch, a skip, a branch and a junction for each block drawn`, () => {
    const drawn = layout.blocks.length;
    assert.equal(layout.switches.length, drawn);
    assert.equal(layout.junctions.length, drawn);
    assert.equal(layout.lines.filter((line) => line.part === 'branch').length, drawn);
    assert.equal(layout.lines.filter((line) => line.part === 'identity' || line.part === 'projection').length, drawn);
  });
  test(`${name}: a switch is large enough to hit`, () => {
    for (const { w, h } of layout.switches) assert.ok(Math.max(w, h) >= 24 && Math.min(w, h) >= 16, `${w} x ${h}`);
  });
  test(`${name}: every text fits its box`, () => {
    for (const box of layout.boxes)
      assert.ok(
        box.text.length * box.size * 0.5 <= box.w && (!box.text || box.size + 3 <= box.h),
        `${box.text} in ${box.w} × ${box.h}`,
      );
  });
}

test('the same layer of two networks lies on the same row', () => {
  for (const [name, axis] of [
    ['columns, plain-20 and ResNet-20', 'y'],
    ['rows, plain-56 and ResNet-56', 'x'],
  ]) {
    const { boxes } = layoutDiagram(CASES[name]);
    const places = (variant) => boxes.filter((box) => box.variant === variant).map((box) => [box.layer, box[axis]]);
    assert.deepEqual(places(0), places(1));
  }
});

test('the number of blocks chooses the layout', () => {
  assert.equal(kindOf(nets('resnet20'), 820), 'columns');
  assert.equal(kindOf(nets('resnet20', 'plain20'), 300), 'rows');
  assert.equal(kindOf(nets('resnet56'), 820), 'rows');
  assert.equal(kindOf([deep(60)], 820), 'rows');
  assert.equal(kindOf([deep(63)], 820), 'focus');
});

test('the brush stays inside the network and covers what it says', () => {
  const layout = layoutDiagram({ ...CASES['focus, 600 blocks'], brush: { from: 598, to: 640 } });
  assert.equal(layout.brush.to, 600);
  assert.equal(layout.blocks.length, 2 * (layout.brush.to - layout.brush.from));
  assert.ok(layout.windows.length === 1);
  assert.equal(
    layoutDiagram(CASES['focus, 600 blocks']).windows.length,
    2,
    'a brush over two stages has a window in each',
  );
});

test('a focus with room draws more blocks, in rows, and each row leads to the next', () => {
  const name = 'focus, four rows on a wide screen';
  const { brush, blocks, panels, lines } = layoutDiagram(CASES[name]);
  assert.equal(brush.to - brush.from, 48);
  const rows = [...new Set(blocks.map(({ y }) => y))];
  assert.equal(rows.length, 4);
  const [panel] = panels;
  assert.ok(rows[0] - panel.y < 200 && panel.y + panel.h - rows[3] < 120, 'no empty half');
  assert.equal(lines.filter(({ part, d }) => part === 'trunk' && d.includes('C')).length, 3, 'a way back between rows');
  assert.equal(layoutDiagram({ ...CASES[name], brush: { from: 40, to: 52 } }).brush.to, 52, 'a link says how many');
  assert.equal(layoutDiagram({ ...CASES[name], brush: { from: 0, to: 600 } }).brush.to, 48);
});

test('blocks grow with the room', () => {
  const wide = layoutDiagram(CASES['columns, on a wide screen']);
  const last = Math.max(...wide.boxes.map(({ y, h }) => y + h));
  assert.ok(last > 0.8 * wide.height, `${last} of ${wide.height}`);
  const pitchOf = (net) => {
    const { blocks } = layoutDiagram({ nets: [net], ...SIZE, view: 'paper' });
    return blocks[0].w;
  };
  assert.ok(
    pitchOf(deep(54)) > 44 &&
      layoutDiagram({ nets: [deep(54), deep(54)], ...SIZE, view: 'paper' }).height === SIZE.height,
    'in two rows only where they fit',
  );
});

test('a projection is told from an identity, cut or not', () => {
  for (const net of nets('plain20', 'resnet20')) {
    assert.deepEqual(
      net.stages.map((stage) => stage.blocks.map((block) => block.shortcut)),
      [
        ['identity', 'identity', 'identity'],
        ['projection', 'identity', 'identity'],
        ['projection', 'identity', 'identity'],
      ],
    );
  }
});

test('a long name stays beside its lane, and ends in dots where there is no room', () => {
  const named = (net, label) => ({ ...net, label });
  const [small] = nets('resnet20');
  const [middle] = nets('resnet56');
  const long = 'pre-activation ResNet-110';
  const longer = 'ResNet-8, 1 of 3 skips cut, norm none, leaky ReLU, Xavier, stochastic depth 0.4';
  for (const net of [small, middle, deep(63)]) {
    for (const label of [long, longer]) {
      for (const width of [343, 590, 820, 1500]) {
        for (const twice of [false, true]) {
          const asked = { nets: [named(net, label), ...(twice ? [named(net, `${label} (2)`)] : [])], ...SIZE, width };
          const layout = layoutDiagram({ ...asked, view: 'paper' });
          const boxes = layout.texts.map((text) => {
            const w = text.text.length * text.size * (text.role === 'lane' || text.role === 'title' ? 0.62 : 0.56);
            const x = text.anchor === 'middle' ? text.x - w / 2 : text.anchor === 'end' ? text.x - w : text.x;
            return { text, x, y: text.y - text.size / 2, w, h: text.size };
          });
          for (const lane of boxes.filter(({ text }) => text.role === 'lane')) {
            const said = `${layout.kind} ${width} ${lane.text.text}`;
            assert.ok(lane.x >= 0 && lane.x + lane.w <= layout.width, said);
            assert.ok(!layout.boxes.some((box) => overlap(lane, box)), `${said} lies over a box`);
            assert.ok(!boxes.some((other) => other !== lane && overlap(lane, other)), `${said} lies over a text`);
            if (label === long && width >= 820 && !twice) assert.equal(lane.text.text, long, said);
          }
        }
      }
    }
  }
});

test('a RepVGG block has three ways side by side, and one that changes the shape has two', () => {
  const net = netOf({ label: 'RepVGG', letter: letterAt(0), summary: KINDS.RepVGG });
  for (const view of ['paper', 'trunk'])
    for (const size of [
      { width: 1500, height: 900 },
      { width: 343, height: 440 },
    ]) {
      const { lines, texts } = layoutDiagram({ nets: [net], ...size, view });
      const waysOf = (block) => lines.filter((line) => line.block === block && line.part !== 'trunk');
      const parts = (block) =>
        waysOf(block)
          .map(({ part }) => part)
          .sort();
      assert.deepEqual(parts(0), ['branch', 'identity', 'projection'], view);
      assert.deepEqual(parts(2), ['branch', 'projection'], view);
      assert.equal(new Set(waysOf(0).map(({ d }) => d)).size, 3, 'none lies over another');
      if (size.width === 1500 && view === 'paper')
        assert.deepEqual(
          [0, 2].map((block) => texts.find((one) => one.role === 'projection' && one.block === block)?.text),
          ['1×1', '1×1'],
        );
    }
});
