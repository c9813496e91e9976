// The line above the diagram: what is measured, in plain words, and what differs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headlineOf } from '../../../static/js/figure/headline.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { probeOf, SUMMARIES } from '../golden.js';

const FIELDS = [{ name: 'norm', label: 'Normalisation' }];

/** The page with these networks, measured so. */
function shown(names, change = () => {}, architecture = () => ({})) {
  const summaries = names.map((name, v) => {
    const summary = structuredClone(SUMMARIES[name]);
    Object.assign(summary.architecture, architecture(v));
    return summary;
  });
  const probe = summaries.map((summary) => probeOf(summary, () => 1e-3));
  probe.forEach((one, v) => change(one, v));
  return reduce(initialState(), {
    type: 'first',
    summaries,
    descriptions: names.map((preset) => ({ preset })),
    probe,
    settings: initialState().settings,
    presets: [],
    datasets: [],
    fields: FIELDS,
  });
}

const said = (state) =>
  headlineOf(state)
    .map(({ text }) => text)
    .join('');
/** Set a measure at a tap. */
const put = (one, measure, tap, value) => {
  one.values[measure][one.taps.indexOf(tap)] = value;
};

test('gradients are compared from the first block to the last, brought to one scale by the size of their maps', () => {
  const state = shown(['plain20', 'resnet20'], (one, v) => put(one, 'gradient_rms', 'layer1.0', v === 0 ? 1e-9 : 2e-3));
  const [first, last] = [state.variants[0].summary.graph.blocks[0], state.variants[0].summary.graph.blocks.at(-1)];
  const scale = Math.sqrt(
    (first.output_shape[1] * first.output_shape[2]) / (last.output_shape[1] * last.output_shape[2]),
  );
  assert.ok(scale > 1);
  assert.equal(
    said(state),
    `The gradient at block 1 is ${Number(scale.toPrecision(2))}×10⁻⁶ times that at block 9 in plain-20, ` +
      `${Number((2 * scale).toPrecision(2))} times in ResNet-20. They differ only in 9 skips.`,
  );
  assert.deepEqual(
    headlineOf(state).flatMap(({ text, variant }) => (variant === undefined ? [] : [[variant, text]])),
    [
      [0, 'plain-20'],
      [1, 'ResNet-20'],
    ],
    'names are pieces of their own',
  );
});

test('what cannot be divided is said in words, and the comparison moves to the next network', () => {
  const state = shown(['plain20', 'resnet20'], (one, v) => put(one, 'gradient_rms', 'layer1.0', v === 0 ? 0 : 1e-3));
  assert.match(
    said(state),
    /^The gradient at block 1 is exactly 0 in plain-20, .* times that at block 9 in ResNet-20\./,
  );
  assert.match(
    said(shown(['plain20'], (one) => put(one, 'gradient_rms', 'layer1.0', 'inf'))),
    /^The gradient at block 1 is not finite in plain-20\. It has no skip\.$/,
  );
  assert.match(
    said(shown(['resnet20'], (one) => put(one, 'gradient_rms', 'layer3.2', 0))),
    /is above 0, and exactly 0 at block 9, in ResNet-20/,
  );
});

test('networks of unequal depth are compared by first and last block; settings are named with values', () => {
  const state = shown(['plain20', 'resnet56'], undefined, (v) => ({ norm: v === 0 ? 'none' : 'batch' }));
  assert.match(said(state), /^The gradient at the first block is .* times that at the last block in plain-20/);
  assert.match(
    said(state),
    /They differ only in their skips, depth \(9 and 27 blocks\) and normalisation \(none and batch\)\.$/,
  );
  assert.match(said(shown(['resnet20', 'resnet20'])), /Their settings and skips are the same\.$/);
});

test('each quantity has a sentence of its own, with its measure named', () => {
  const state = shown(['plain20', 'resnet20']);
  const of = (quantity) => said({ ...state, quantity });
  assert.match(of('activation'), /^The activation \(RMS\) at block 9 is about as large as that at block 1 in plain-20/);
  assert.match(of('weight_gradient'), /^The gradient of the first weights \(L2 norm\) at block 1 is about as large/);
  assert.match(
    of('branch_ratio'),
    /^F\(x\) has no shortcut to compare with in plain-20, 1 times the RMS of its shortcut in ResNet-20\./,
  );
  assert.match(of('dead_units'), /^Exact zeros are 50 % of what each activation puts out in plain-20, 50 %/);
});

test('nothing is said before anything is measured', () => {
  assert.equal(headlineOf(initialState()), null);
});

test('of one network, its cut skips are counted', () => {
  const state = shown(['resnet20']);
  assert.doesNotMatch(said(state), /skip/);
  const cut = {
    ...state,
    measured: {
      ...state.measured,
      nets: [{ ...state.measured.nets[0], skips: state.measured.nets[0].skips.map((_, b) => b > 1) }],
    },
  };
  assert.match(said(cut), /2 of its 9 skips are cut\.$/);
});
