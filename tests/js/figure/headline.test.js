// The line above the diagram, put together from the server's pieces.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copiesOf, headlineOf } from '../../../static/js/figure/headline.js';
import { initialState, reduce } from '../../../static/js/view/state/state.js';
import { probeOf, RUN, SUMMARIES } from '../golden.js';

const NAMES = ['plain20', 'resnet20'];
const HEADLINE = {
  measured: {
    gradient_path: ['The gradient at block 1 is ', 2.3e-6, ' times that at block 9 in ', { network: 0 }, '.'],
    activation: ['The activation is ', 12, ' times in ', { network: 1 }, '.'],
  },
  differences: 'They differ only in 9 skips.',
};

/** The page with two networks, measured so. */
function shown(headline) {
  const summaries = NAMES.map((name) => SUMMARIES[name]);
  return reduce(initialState(), {
    type: 'first',
    summaries,
    descriptions: NAMES.map((preset) => ({ preset })),
    probe: summaries.map((summary) => probeOf(summary)),
    headline,
    settings: initialState().settings,
    presets: [],
    datasets: [],
  });
}

test('texts stay, numbers are written as the page writes them, and names are parts of their own', () => {
  assert.deepEqual(headlineOf(shown(HEADLINE)), [
    { text: 'The gradient at block 1 is ' },
    { text: '2.3×10⁻⁶' },
    { text: ' times that at block 9 in ' },
    { text: 'plain-20', variant: 0 },
    { text: '.' },
    { text: ' They differ only in 9 skips.' },
  ]);
});

test('the sentence is that of the quantity that is drawn', () => {
  const [first, , , name] = headlineOf({ ...shown({ ...HEADLINE, differences: '' }), quantity: 'activation' });
  assert.deepEqual([first.text, name], ['The activation is ', { text: 'ResNet-20', variant: 1 }]);
});

test('each recorded step has the line that came with it, and so it is when the step is shown again', () => {
  const schema = RUN.find(({ type }) => type === 'schema');
  const steps = RUN.filter(({ type }) => type === 'step');
  let state = reduce(shown(HEADLINE), { type: 'run/opened', id: 'r', state: 'running' });
  const variants = schema.data.variants.map((variant, v) => ({ ...state.variants[v], ...variant }));
  state = reduce({ ...state, variants }, { type: 'stream/schema', id: 1, variants: schema.data.variants });
  for (const { id, data } of steps) state = reduce(state, { type: 'stream/step', id, record: data });
  assert.deepEqual(state.headline, steps.at(-1).data.headline);
  state = reduce(state, { type: 'show', step: steps[1].data.step });
  assert.deepEqual(state.headline, steps[1].data.headline);
  assert.ok(headlineOf(state).every(({ text }) => typeof text === 'string'));
});

test('nothing is said before anything is measured, nor of networks that took the place of others', () => {
  assert.equal(headlineOf(initialState()), null);
  const state = shown(HEADLINE);
  assert.equal(reduce(state, { type: 'variants', variants: state.variants, settings: {} }).headline, null);
});

test('a fork before its first step says whose numbers are shown, and nothing of what was done since', () => {
  const before = shown(HEADLINE);
  assert.equal(copiesOf(initialState()), null);
  const at = (step) => copiesOf({ measured: { ...before.measured, step } })[0].text;
  assert.equal(at(null), 'Both are made from one network, and the numbers are those that it had at initialisation.');
  assert.equal(at(22), 'Both are made from one network, and the numbers are those that it had in step 22.');
  const [, origin] = before.variants;
  const forked = reduce(before, { type: 'variants', variants: [origin, origin], like: 1 });
  assert.equal(headlineOf(forked), null);
  assert.deepEqual(copiesOf(forked), copiesOf(before));
});
