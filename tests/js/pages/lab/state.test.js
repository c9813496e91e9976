import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, reduce } from '../../../../static/js/pages/lab/state.js';
import { FIRST, PATHS } from './lab.js';

const start = initialState(FIRST, PATHS, {});

test('an experiment took as long as it worked, and not as long as it waited', () => {
  const told = (state, ...events) => events.reduce(reduce, state);
  const status = (id, state, now, final = false) => ({
    type: 'heard',
    id: 'e1',
    event: { id, type: 'status', data: { state, reason: null, queue_position: null, final } },
    now,
  });
  const shown = { id: 'e1', state: 'queued', created: 0, ended: null, last_event: 0, figure: null, result: null };
  const begun = { type: 'experiment', experiment: shown, asked: '', begun: 1000 };
  const { ran } = told(
    start,
    begun,
    status(1, 'queued', 1500),
    status(2, 'running', 9000),
    status(3, 'done', 9500, true),
  );
  assert.equal(ran.took, 500);
  const running = { ...begun, experiment: { ...shown, state: 'running' } };
  assert.equal(told(start, running, status(3, 'done', 1700, true)).ran.took, 700);
  const over = { ...begun, experiment: { ...shown, state: 'done', ended: 0.2 } };
  assert.equal(told(start, over).ran.took, 200);
  const opened = { type: 'experiment', experiment: { ...shown, state: 'running' }, asked: null };
  assert.equal(told(start, opened, status(3, 'done', 1700, true)).ran.took, null, 'nobody saw it begin');
});
