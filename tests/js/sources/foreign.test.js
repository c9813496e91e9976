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

/** The events of several such networks beside each other. */
const beside = [schema, ...steps].map(({ id, type, data }) => ({
  id,
  type,
  data: { ...data, variants: [data.variants[0], data.variants[0]] },
}));

/** The page of a run of a kernel, with what is drawable of it. */
async function opened(drawable, events) {
  const { source } = kernelOf({ ...drawable.first.recording, events: drawable.translate(events) });
  const { store } = page(() => assert.fail('there is no server'), source);
  const { settings } = store.state;
  store.dispatch({ ...drawable.first, type: 'first', probe: null, presets: [], datasets: [], settings });
  await store.commands.replay('n1');
  store.dispatch({ type: 'show', step: steps[0].data.step });
  return store.state;
}

test('a network of anybody is drawn by the page, from the events as they are', async () => {
  assert.equal(drawableOf(first, []), null, 'its names have not come');
  const drawable = drawableOf(first, [schema]);
  assert.deepEqual([drawable.first, drawable.parts], [first, null]);
  const { variants, history, values } = await opened(drawable, [schema, ...steps]);
  assert.equal(variants[0].label, 'Net');
  assert.ok(variants[0].summary.foreign, 'with a diagram of its own');
  assert.equal(history.length, steps.length);
  const [{ values: own }] = steps[0].data.variants;
  assert.ok([...values[0].gradient_rms].map(digits).includes(digits(numberOf(own.gradient_rms[0]))));
});

test('the charts of several of them have their numbers', async () => {
  const drawable = drawableOf(first, beside);
  const { variants, history, values, scores } = await opened(drawable, beside);
  assert.deepEqual(
    variants.map(({ label, taps, blocks }) => [label, taps, blocks]),
    Array(2).fill(['Net', ['conv', 'relu'], ['block']]),
  );
  assert.equal(history.length, steps.length);
  const [{ loss, values: own }] = steps[0].data.variants;
  for (const measure of ['gradient_rms', 'activation_rms', 'residual_rms', 'weight_gradient_norm'])
    assert.deepEqual([...values[1][measure]].map(digits), own[measure].map(numberOf).map(digits), measure);
  assert.equal(scores[1].loss, loss);
});

test('networks without blocks have their taps along the depth, and no chart of branches', () => {
  const [{ id, type, data }] = beside;
  const bare = { id, type, data: { ...data, variants: data.variants.map((one) => ({ ...one, blocks: [] })) } };
  const drawable = drawableOf(first, [bare]);
  assert.ok(!drawable.parts.includes('branch'));
  assert.ok(drawableOf(first, beside).parts.includes('branch'));
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
