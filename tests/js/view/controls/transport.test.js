import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOf } from '../../../../static/js/view/controls/transport.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { didOf, probeOf, SUMMARIES } from '../../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const { settings } = initialState();
const started = reduce(initialState(), {
  type: 'first',
  summaries,
  descriptions: [{ preset: 'plain20' }, { preset: 'resnet20' }],
  probe: summaries.map((one) => probeOf(one)),
  settings,
  presets: [],
  datasets: [],
});

/** @param {string} precision */
const afterAStep = (precision) =>
  [
    { type: 'run/opened', id: 'r1', state: 'running' },
    { type: 'stream/schema', id: 1, variants: summaries.map((one) => ({ ...probeOf(one), precision })) },
    {
      type: 'stream/step',
      id: 2,
      record: {
        step: 0,
        epoch: 0,
        elapsed: 0.1,
        lr: 0.1,
        precision: 'float32',
        variants: summaries.map((one) => didOf(probeOf(one))),
      },
    },
  ].reduce(reduce, started);

test('what is not computed in float32 says so where the run stands', () => {
  assert.equal(wordsOf(started), 'at initialisation');
  assert.equal(wordsOf(afterAStep('float32')), 'step 0 of 199');
  assert.equal(wordsOf(afterAStep('bfloat16')), 'step 0 of 199 (bfloat16)');
});

test('the reason is told in every state', () => {
  const told = (state, reason, queue_position = null) =>
    wordsOf(reduce(afterAStep('float32'), { type: 'stream/status', id: 3, state, reason, queue_position }));
  assert.equal(told('running', 'not changed: too late'), 'step 0 of 199: not changed: too late');
  assert.equal(told('paused', 'its memory was needed'), 'paused, step 0 of 199: its memory was needed');
  assert.equal(told('failed', 'out of memory'), 'failed, step 0 of 199: out of memory');
  assert.equal(told('queued', null, 3), 'waiting, place 3, step 0 of 199');
  assert.equal(told('done', null), 'done, step 0 of 199');
});
