import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figureOf } from '../../../static/js/figure/drawing.js';
import { layoutDiagram } from '../../../static/js/figure/layout.js';
import { netOf } from '../../../static/js/figure/net.js';
import { PALETTES } from '../../../static/js/figure/palette.js';
import { magnitudesOf, tapsOf } from '../../../static/js/figure/quantity.js';
import { gapOf, stylesOf } from '../../../static/js/figure/styles.js';
import { nextSkip } from '../../../static/js/view/diagram/switches.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { asWanted, probeOf, SUMMARIES } from '../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const start = (probe = summaries.map((one) => probeOf(one))) =>
  [
    {
      type: 'first',
      summaries,
      descriptions: [{ preset: 'plain20' }, { preset: 'resnet20' }],
      probe,
      settings: initialState().settings,
      presets: [],
      datasets: [],
    },
    { type: 'scale', changes: { low: -6, high: 0 } },
  ].reduce(reduce, initialState());
const layoutOf = (state, width = 820) =>
  layoutDiagram({ nets: state.variants.map(netOf), width, height: 560, view: 'paper' });
const lineOf = (layout, styles, variant, block, part) =>
  styles.lines[
    layout.lines.findIndex((line) => line.variant === variant && line.block === block && line.part === part)
  ];

test('identity, projection and cut are told apart without colour', () => {
  const state = start();
  const layout = layoutOf(state);
  const styles = stylesOf(state, layout);
  const [identity, projection] = [lineOf(layout, styles, 1, 1, 'identity'), lineOf(layout, styles, 1, 3, 'projection')];
  const cut = layout.lines.find((line) => line.variant === 0 && line.block === 1 && line.part === 'identity');
  assert.equal(identity.dash, 'solid');
  assert.equal(projection.dash.split(',').length, 2, 'dotted');
  assert.equal(lineOf(layout, styles, 0, 1, 'identity').dash, gapOf(cut.length), 'both ends, and a gap between');
  assert.deepEqual(
    styles.junctions.map((opacity, i) => opacity === (layout.junctions[i].variant === 1 ? 1 : 0)).filter(Boolean)
      .length,
    layout.junctions.length,
  );
});

test('the gap leaves both ends of a cut skip', () => {
  const [first, gap, last, none] = gapOf(100).split(',').map(Number.parseFloat);
  assert.ok(first === last && first > 20 && gap > 20 && none === 0);
  assert.ok(Math.abs(first + gap + last - 100) < 0.2);
});

test('hue is the path, lightness and width are the magnitude', () => {
  const state = start();
  const layout = layoutOf(state);
  const styles = stylesOf(state, layout);
  const channels = (color) => [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
  const [r, , b] = channels(lineOf(layout, styles, 1, 8, 'identity').color);
  assert.ok(r > b, 'identity is orange');
  const [r2, , b2] = channels(lineOf(layout, styles, 1, 8, 'branch').color);
  assert.ok(b2 > r2, 'residual is blue');
  const widths = [0, 4, 8].map((block) => lineOf(layout, styles, 1, block, 'identity').width);
  assert.ok(widths[0] < widths[1] && widths[1] < widths[2], widths.join());
});

test('cutting a skip changes styles, not coordinates', () => {
  const before = start();
  const after = asWanted(
    reduce(before, {
      type: 'skips',
      variant: 1,
      skips: before.variants[1].skips.map((_, block) => block !== 2),
      label: '',
    }),
  );
  const layout = layoutOf(before);
  assert.deepEqual(layoutOf(after), layout);
  const styles = stylesOf(after, layout);
  assert.equal(styles.junctions[layout.junctions.findIndex((one) => one.variant === 1 && one.block === 2)], 0);
  assert.notEqual(lineOf(layout, styles, 1, 2, 'identity').dash, 'solid');
});

test('what is written has the ink of the path that is drawn, and says which path it is', () => {
  const before = start();
  const state = asWanted(
    reduce(before, {
      type: 'skips',
      variant: 1,
      skips: before.variants[1].skips.map((_, block) => block !== 6),
      label: '',
    }),
  );
  const layout = layoutOf(state);
  layout.values.push(
    ...[
      [1, 5],
      [1, 6],
      [0, 5],
    ].flatMap(([variant, block]) => ['skip', 'branch'].map((part) => ({ variant, block, part, x: 0, y: 0 }))),
  );
  const { texts, values } = stylesOf(state, layout);
  const { identity, residual, plain } = PALETTES.light;
  assert.deepEqual(
    values.map(({ ink }) => ink),
    [identity, residual, plain, plain, plain, plain],
  );
  assert.deepEqual(
    values.map(({ text }) => text.split(' ')[0]),
    ['x', 'F', 'cut', 'F', 'cut', 'F'],
  );
  const inkOf = (variant, block) =>
    texts[
      layout.texts.findIndex((text) => text.role === 'projection' && text.variant === variant && text.block === block)
    ];
  assert.deepEqual([inkOf(1, 3), inkOf(1, 6), inkOf(0, 3)], [identity, plain, plain], 'pad');
});

test('zero, not finite and not measured are hatched apart, never the low end', () => {
  const probe = summaries.map((one) => probeOf(one));
  const [{ values }] = probe;
  values.residual_gradient_norm[0] = 0;
  values.residual_gradient_norm[1] = 'nan';
  values.nonfinite[3] = 1;
  const state = start(probe);
  const layout = layoutOf(state);
  const styles = stylesOf(state, layout);
  const hatchOf = (block) =>
    styles.boxes[layout.boxes.findIndex((box) => box.variant === 0 && box.block === block)].hatch;
  assert.deepEqual([0, 1, 2].map(hatchOf), ['zero', 'lost', null]);
  const unmeasured = stylesOf(reduce(state, { type: 'quantity', quantity: 'branch_ratio' }), layout);
  assert.equal(
    unmeasured.boxes[layout.boxes.findIndex((box) => box.variant === 0 && box.block === 2)].hatch,
    'absent',
    'a cut block has no ratio',
  );
  const { data } = figureOf(layout, styles, 'light');
  assert.equal(data[0].marker.pattern.shape.filter(Boolean).length, styles.boxes.filter((box) => box.hatch).length);
});

test('a common scale compares networks; a local one shows what is inside', () => {
  const probe = summaries.map((one, v) => probeOf(one, (i, n) => 10 ** (-4 * (1 - i / n) - 8 * v)));
  const state = reduce(start(probe), { type: 'scale', changes: { low: -12, high: 0 } });
  const layout = layoutOf(state);
  const width = (scope, variant) =>
    lineOf(layout, stylesOf(reduce(state, { type: 'scale', changes: { scope } }), layout), variant, 8, 'branch').width;
  assert.ok(width('common', 0) > width('common', 1) * 1.5);
  assert.ok(Math.abs(width('network', 0) - width('network', 1)) < 1);
});

test('a local scale spans what is inside it, layers too; the stem and the head are parts of their own', () => {
  const probe = summaries.map((one) => probeOf(one));
  for (const { values, weights } of probe) {
    values.weight_gradient_norm = weights.map((_, i) => 10 ** (3 + i / 8));
    values.weight_gradient_norm[0] = 1e-9;
  }
  const state = [
    { type: 'quantity', quantity: 'weight_gradient' },
    { type: 'scale', changes: { scope: 'stage' } },
  ].reduce(reduce, start(probe));
  const layout = layoutOf(state);
  const fillsOf = (scope) =>
    stylesOf(reduce(state, { type: 'scale', changes: { scope } }), layout).boxes.map(({ fill }) => fill);
  for (const scope of ['stage', 'network'])
    assert.ok(new Set(fillsOf(scope)).size > 12, `${scope}: ${new Set(fillsOf(scope)).size} fills`);
  const first = layout.boxes.findIndex(({ layer }) => layer === 'layer1.0.conv1');
  assert.equal(
    fillsOf('stage')[first],
    fillsOf('block')[first],
    'the stem, twelve decades below, is not in the range of the first stage or block',
  );
});

test('a lock keeps local decades', () => {
  const state = reduce(start(), { type: 'scale', changes: { scope: 'network', locked: true } });
  const layout = layoutOf(state);
  const held = lineOf(layout, stylesOf(state, layout), 1, 8, 'branch');
  const strong = {
    ...state,
    values: state.values.map((columns) => ({
      ...columns,
      residual_gradient_norm: columns.residual_gradient_norm.map((value, b) => (b === 0 ? 1e9 : value)),
    })),
  };
  assert.deepEqual(lineOf(layout, stylesOf(strong, layout), 1, 8, 'branch'), held);
  const free = reduce(strong, { type: 'scale', changes: { locked: false, held: null } });
  assert.notDeepEqual(lineOf(layout, stylesOf(free, layout), 1, 8, 'branch'), held);
});

test('each quantity reads what was measured, in the unit it says', () => {
  const state = start();
  const [, variant] = state.variants;
  const [, values] = state.values;
  const block = 4;
  const root = Math.sqrt(64 * 32 * 4 * 4);
  const gradient = magnitudesOf('gradient_path', variant, values, 64);
  assert.equal(
    gradient.skip[block],
    Math.log10(values.identity_gradient_norm[block] / root),
    "RMS of the part of the gradient at the block's input",
  );
  assert.equal(gradient.trunk[block], Math.log10(values.gradient_rms[variant.taps.indexOf('layer2.1')]));
  assert.equal(gradient.trunk.at(-1), Math.log10(values.gradient_rms[0]), 'the stem');
  const weights = magnitudesOf('weight_gradient', variant, values, 64);
  assert.equal(
    weights.layers.get('layer2.1.conv1'),
    Math.log10(values.weight_gradient_norm[variant.weights.indexOf('layer2.1.conv1')]),
  );
  assert.ok(Number.isNaN(weights.skip[block]), 'an identity has no weights');
  assert.equal(
    magnitudesOf('branch_ratio', variant, values, 64).branch[block],
    Math.log10(values.residual_rms[block] / values.identity_rms[block]),
  );
  assert.equal(
    magnitudesOf('dead_units', variant, values, 64).layers.get('layer2.1.conv1'),
    0.5,
    'a share is not on a log scale',
  );
  assert.equal(tapsOf(variant).after.get('layer2.1.conv1'), 'layer2.1.relu1');
});

test('arrow keys lead along the flow and across to the other network', () => {
  const state = start();
  const rows = layoutOf(state, 400);
  assert.equal(rows.kind, 'rows');
  const at = (layout, variant, block) =>
    layout.switches.findIndex((place) => place.variant === variant && place.block === block);
  const go = (layout, variant, block, key) => {
    const found = nextSkip(layout, layout.switches, at(layout, variant, block), key);
    return found === null ? null : [layout.switches[found].variant, layout.switches[found].block];
  };
  assert.deepEqual(go(rows, 0, 0, 'ArrowRight'), [0, 1]);
  assert.deepEqual(go(rows, 0, 1, 'ArrowDown'), [1, 1]);
  assert.equal(go(rows, 0, 0, 'ArrowLeft'), null);
  assert.deepEqual(go(rows, 1, 5, 'Home'), [1, 0]);
  assert.deepEqual(go(rows, 1, 5, 'End'), [1, 8]);
  const columns = layoutOf(state);
  assert.deepEqual(go(columns, 0, 0, 'ArrowDown'), [0, 1]);
  assert.deepEqual(go(columns, 0, 1, 'ArrowRight'), [1, 1]);
  assert.deepEqual(go(columns, 1, 0, 'ArrowRight'), [0, 3], 'on to the next column');
  assert.equal(go(columns, 0, 0, 'x'), null);
});
