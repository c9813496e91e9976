import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutDiagram } from '../../../../static/js/figure/layout.js';
import { netOf as drawnNetOf } from '../../../../static/js/figure/net.js';
import { stylesOf } from '../../../../static/js/figure/styles.js';
import { termsOf } from '../../../../static/js/view/diagram/equation.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { netOf, probeOf } from '../../golden.js';
import { step as event, summaries } from '../../page.js';

const descriptions = [
  { preset: 'plain20', norm: 'none' },
  { preset: 'resnet20', norm: 'none' },
];
const first = {
  type: 'first',
  summaries,
  descriptions,
  probe: summaries.map((one) => probeOf(one)),
  settings: initialState().settings,
  presets: [],
  datasets: [],
};
const schema = { type: 'stream/schema', id: 1, variants: summaries.map((one) => probeOf(one)) };
const opened = { type: 'run/opened', id: 'r', state: 'running' };
const step = (id, number, value, nets) => ({ type: 'stream/step', id, record: event(id, number, value, nets).data });
const change = (id, number, changed, variant = 1) => ({ type: 'stream/change', id, step: number, variant, changed });
const after = (...events) => [first, opened, ...events].reduce(reduce, initialState());
const without = (block) => summaries[1].graph.blocks.map((_, b) => b !== block);
const half = Array(9).fill(0.5);

test('a step is drawn with the skips and strengths that the net had then; the switches keep those that it has', () => {
  const [plain, built] = summaries.map(netOf);
  const [cut, weak] = [
    { ...built, skips: without(4) },
    { skips: without(4), strength: half },
  ];
  const run = [
    schema,
    step(2, 0),
    step(3, 1),
    change(4, 2, { skips: without(4) }),
    step(5, 2, 1, [plain, cut]),
    change(6, 3, { strength: half }),
    step(7, 3, 1, [plain, weak]),
  ];
  const seen = (/** @type {'live'|number} */ at) => {
    const state = after(...run, { type: 'show', step: at });
    const layout = layoutDiagram({ nets: state.variants.map(drawnNetOf), width: 820, height: 560, view: 'paper' });
    const line = layout.lines.findIndex(
      ({ variant, block, part }) => variant === 1 && block === 4 && part === 'identity',
    );
    const { symbol } = termsOf(state, 1, 1).forward.terms[1];
    return [
      stylesOf(state, layout).lines[line].dash === 'solid',
      symbol,
      state.variants[1].skips[4],
      state.variants[1].strength[0],
    ];
  };
  assert.deepEqual(seen(0), [true, 'x', false, 0.5]);
  assert.deepEqual(seen(1), [true, 'x', false, 0.5]);
  assert.deepEqual(seen(2), [false, 'x', false, 0.5]);
  assert.deepEqual(seen(3), [false, '0.5·x', false, 0.5]);
  assert.deepEqual(seen('live'), [false, '0.5·x', false, 0.5]);
});

test('strengths that a run begins with are those of its schema', () => {
  const weak = { ...schema, variants: schema.variants.map((one) => ({ ...one, strength: half })) };
  const state = after(
    weak,
    step(
      2,
      0,
      1,
      summaries.map((one) => ({ ...netOf(one), strength: half })),
    ),
  );
  assert.deepEqual(
    [state.variants[1].strength[0], state.measured.nets[1].strength[0], state.agreed.nets[1].strength[0]],
    [0.5, 0.5, 0.5],
  );
});

test('what another changes in the run is followed, and what is wanted here stays until it is told', () => {
  const mine = { type: 'skips', variant: 1, skips: without(0), label: '' };
  assert.deepEqual(after(schema, change(2, 1, { skips: without(4) })).variants[1].skips, without(4));
  const both = after(schema, mine, change(2, 1, { skips: without(4) }));
  assert.deepEqual(both.variants[1].skips, without(0));
  assert.deepEqual(both.agreed.nets[1].skips, without(4));
});

test('what the net that trains does not take goes back', () => {
  const agreed = { nets: [0, 1].map(() => ({ skips: without(0), strength: half })), past: [], future: [] };
  const state = after(
    schema,
    { type: 'skips', variant: 1, skips: without(0), label: '' },
    { type: 'agreed', agreed },
    {
      type: 'stream/status',
      id: 2,
      state: 'running',
      reason: 'not changed: too late',
      queue_position: null,
      refused: { variant: 1, changed: { skips: without(0) }, detail: 'too late' },
    },
  );
  assert.ok(state.variants[1].skips.every(Boolean) && state.agreed.nets[1].skips.every(Boolean));
});

test('a sentence that begins like a refusal is none', () => {
  const mine = { type: 'skips', variant: 1, skips: without(0), label: '' };
  const state = after(schema, mine, {
    type: 'stream/status',
    id: 2,
    state: 'running',
    reason: 'not changed: it says',
    queue_position: null,
  });
  assert.deepEqual(state.variants[1].skips, without(0));
});

test('a mark says what was cut, whoever cut it', () => {
  const state = after(
    schema,
    { type: 'skips', variant: 1, skips: without(4), label: '' },
    change(2, 7, { skips: without(4) }),
  );
  assert.equal(state.changes[0].text, 'ResNet-20: cut layer2.1');
});

test('a step that was asked for by a link is shown when it comes', () => {
  const asked = after({ type: 'show', step: 1 }, schema);
  assert.equal(asked.shown, 1);
  const state = [step(2, 0), step(3, 1), step(4, 2)].reduce(reduce, asked);
  assert.deepEqual([state.step, state.row, state.history.length, state.measured.step], [1, 1, 3, 1]);
});

test('a measurement that comes when a run has begun does not take its place', () => {
  const state = [
    first,
    { type: 'probe/asked' },
    opened,
    schema,
    step(2, 0, 7),
    step(3, 1, 7),
    {
      type: 'probe/answered',
      sequence: 1,
      probe: summaries.map((one) => ({
        ...probeOf(one),
        theory: { gradient_rms: [], activation_rms: [], reason: 'none' },
      })),
    },
  ].reduce(reduce, initialState());
  assert.deepEqual([state.step, state.row, state.values[0].gradient_rms[0]], [1, 1, 7]);
  assert.equal(state.variants[0].theory.reason, 'none');
  assert.equal(state.probe.answered, 1);
});

test('nothing is ready before it was measured', () => {
  const { variants } = after();
  const shown = reduce(after(), { type: 'variants', variants, settings: {} });
  assert.equal(shown.phase, 'loading');
  const over = [{ type: 'run/opened', id: 'r', state: 'done', replay: true }, schema].reduce(reduce, shown);
  assert.equal(over.phase, 'loading');
  assert.equal(reduce(over, step(2, 0)).phase, 'ready');
});
