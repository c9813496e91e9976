import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { numberOf } from '../../../static/js/figure/values.js';
import { drawableOf } from '../../../static/js/sources/foreign.js';
import { kernelOf } from '../../../static/js/sources/kernel.js';
import { page } from '../page.js';

const [schema, ...steps] = readFileSync(new URL('../../golden/outside.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line, i) => ({ id: i + 1, type: i === 0 ? 'schema' : 'step', data: JSON.parse(line) }));
/** A history keeps about six digits. */
const digits = (number) => Number(number).toPrecision(4);
const first = {
  descriptions: [],
  summaries: [],
  settings: {},
  recording: { run: { id: 'n1', state: 'done', request: null, outside: { label: 'Net' } }, summaries: [], events: [] },
};

test('the charts of a network of anybody have its numbers', async () => {
  assert.equal(drawableOf(first, []), null, 'its names have not come');
  const drawable = drawableOf(first, [schema]);
  const { source } = kernelOf({ ...drawable.first.recording, events: drawable.translate([schema, ...steps]) });
  const { store } = page(() => assert.fail('there is no server'), source);
  store.dispatch({
    ...drawable.first,
    type: 'first',
    probe: null,
    presets: [],
    datasets: [],
    settings: store.state.settings,
  });
  await store.commands.replay('n1');
  store.dispatch({ type: 'show', step: steps[0].data.step });
  const { variants, history, values, scores } = store.state;
  assert.deepEqual([variants[0].label, variants[0].taps, variants[0].blocks], ['Net', ['conv', 'relu'], ['block']]);
  assert.equal(history.length, steps.length);
  const [{ loss, values: own }] = steps[0].data.variants;
  for (const measure of ['gradient_rms', 'activation_rms', 'residual_rms', 'weight_gradient_norm'])
    assert.deepEqual([...values[0][measure]].map(digits), own[measure].map(numberOf).map(digits), measure);
  assert.equal(scores[0].loss, loss);
});

test('a network without blocks has its taps along the depth, and no chart of branches', () => {
  const bare = { ...schema, data: { ...schema.data, variants: [{ ...schema.data.variants[0], blocks: [] }] } };
  const drawable = drawableOf(first, [bare]);
  assert.ok(!drawable.parts.includes('branch'));
  assert.ok(drawableOf(first, [schema]).parts.includes('branch'));
  const [{ graph }] = drawable.first.summaries;
  assert.deepEqual(
    graph.blocks.map(({ name, stage, index }) => [name, stage, index]),
    [
      ['conv', 'conv', 0],
      ['relu', 'relu', 0],
    ],
  );
});

test('a run of the library is left as it is', () => {
  const own = {
    ...first,
    recording: { ...first.recording, run: { ...first.recording.run, request: { variants: [] } } },
  };
  const drawable = drawableOf(own, []);
  assert.equal(drawable.first, own);
  assert.equal(drawable.parts, null);
  assert.deepEqual(drawable.translate([schema]), [schema]);
});
