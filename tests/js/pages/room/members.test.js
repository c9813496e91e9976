import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runName, runWords } from '../../../../static/js/pages/room/memberruns.js';
import { rowsOf } from '../../../../static/js/pages/room/members.js';
import { shortLink } from '../../../../static/js/pages/room/screen.js';

/** @returns {any} */
const run = (more = {}) => ({
  id: 'r1',
  seat: 1,
  member: 'Ada',
  kind: 'training',
  name: '',
  networks: ['plain-20', 'ResNet-20'],
  state: 'running',
  reason: null,
  done: 12,
  total: 300,
  ...more,
});
/** @returns {any} */
const seat = (/** @type {number} */ number, name = 'Ada') => ({ seat: number, name, answered: false, network: null });

test('each member has their runs, and one who left is there as long as something of theirs is', () => {
  const rows = rowsOf(
    [seat(1), seat(2, 'Bert')],
    [run(), run({ id: 'r2', seat: 7, member: 'Eve' }), run({ id: 'r3' })],
  );
  assert.deepEqual(
    rows.map(({ name, here, runs }) => [name, here, runs.map(({ id }) => id)]),
    [
      ['Ada', true, ['r1', 'r3']],
      ['Bert', true, []],
      ['Eve', false, ['r2']],
    ],
  );
});

test('a run is told by its state and how far it is', () => {
  assert.equal(runWords(run()), 'running 12 of 300');
  assert.equal(runWords(run({ state: 'queued', done: null })), 'queued');
  assert.equal(
    runWords(run({ state: 'paused', reason: 'by the host of the room' })),
    'paused 12 of 300, by the host of the room',
  );
});

test('names of runs are hidden with those of members', () => {
  assert.equal(runName(run({ name: 'Ada\u2019s' }), false), 'Ada\u2019s');
  assert.equal(runName(run({ name: 'Ada\u2019s' }), true), 'plain-20 beside ResNet-20');
  assert.equal(runName(run({ kind: 'degradation', networks: [] }), false), 'degradation: degradation');
});

test('what is shown has a short address at the server that others reach', () => {
  assert.equal(shortLink('K7PX3M', '192.0.2.7:8000'), '192.0.2.7:8000/r/K7PX3M/screen');
});
