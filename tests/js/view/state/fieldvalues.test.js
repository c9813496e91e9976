import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MIXED, problemOf, readValue, valueIn, writeValue } from '../../../../static/js/view/state/fieldvalues.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { probeOf, SUMMARIES } from '../../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const { settings } = initialState();
const state = reduce(initialState(), {
  type: 'first',
  summaries,
  descriptions: [{ preset: 'plain20' }, { preset: 'resnet20' }],
  probe: summaries.map((one) => probeOf(one)),
  settings,
  presets: [],
  datasets: [],
});
const field = (name, of, kind, more = {}) => ({
  name,
  label: name,
  group: '',
  basic: true,
  of,
  kind,
  default: null,
  optional: false,
  description: '',
  ...more,
});

test('a field of the networks has their value, or says that they differ', () => {
  assert.equal(valueIn(state, field('norm', 'architecture', 'choice'), null), summaries[0].architecture.norm);
  assert.deepEqual(valueIn(state, field('depths', 'architecture', 'integers'), 1), [3, 3, 3]);
  assert.equal(valueIn(state, field('skips', 'architecture', 'choice'), null), MIXED);
  assert.equal(writeValue(MIXED), '');
  assert.equal(writeValue([3, 4]), '3, 4');
});

test('a field of the run has the value of the settings', () =>
  assert.equal(valueIn(state, field('lr', 'run', 'number'), null), 0.005));

test('what is entered is read by its kind', () => {
  assert.deepEqual(readValue(field('lr', 'run', 'number'), ' 1e-2 '), { value: 0.01 });
  assert.deepEqual(readValue(field('depths', 'architecture', 'integers'), '3, 4 6'), { value: [3, 4, 6] });
  assert.deepEqual(readValue(field('nesterov', 'run', 'boolean'), 'true'), { value: true });
  assert.deepEqual(readValue(field('clip_norm', 'run', 'number', { optional: true }), ''), { value: null });
  assert.deepEqual(
    readValue(field('seed', 'run', 'integer'), '-1'),
    { value: -1 },
    'whether it makes sense, the server says',
  );
  for (const [kind, text] of [
    ['number', ''],
    ['number', 'fast'],
    ['integer', '1.5'],
    ['integers', '3, x'],
  ]) {
    assert.ok('detail' in readValue(field('one', 'run', kind), text), `${kind} ${text}`);
  }
});

test('a refusal belongs to its field, also within a variant', () => {
  const problem = { title: 'Not valid', detail: 'no' };
  const refused = reduce(state, { type: 'problem', place: 'variants.1.norm', problem });
  const norm = field('norm', 'architecture', 'choice');
  assert.equal(problemOf(refused, norm, null)?.problem, problem);
  assert.equal(problemOf(refused, norm, 1)?.problem, problem);
  assert.equal(problemOf(refused, norm, 0), null);
  assert.equal(problemOf(refused, field('norm_groups', 'architecture', 'integer'), null), null);
});
