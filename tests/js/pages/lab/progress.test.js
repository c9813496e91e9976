import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateWords, progressOf } from '../../../../static/js/pages/lab/progress.js';

const told = (experiment, more = {}) =>
  progressOf(
    {
      experiment: experiment && {
        progress: null,
        queue_position: null,
        reason: null,
        ended: null,
        created: 0,
        ...experiment,
      },
      starting: false,
      began: 0,
      ran: { from: 0, took: null },
      estimate: null,
      ...more,
    },
    10_000,
  );

test('the time is stated before the start', () => {
  assert.equal(estimateWords(null), '');
  assert.equal(estimateWords({ seconds: 25, at: '' }), 'Takes about 25\u00a0s');
});

test('nothing is said before a start, and a place in the queue while it waits', () => {
  assert.equal(told(null), null);
  assert.equal(told(null, { starting: true }).words, 'Starting');
  assert.equal(told({ state: 'queued', queue_position: 3 }).words, 'Waiting: place 3 in the queue');
});

test('while it runs the time left is the experiment’s own, else that of its pace, else that of the estimate', () => {
  const progress = { done: 20, total: 60, seconds_left: 8 };
  assert.deepEqual(told({ state: 'running', progress }), {
    words: 'Running: 20 of 60',
    done: 1 / 3,
    left: 'about 8\u00a0s left',
  });
  const paced = { ...progress, seconds_left: null };
  assert.equal(told({ state: 'running', progress: paced }, { began: 2000 }).left, 'about 16\u00a0s left');
  assert.equal(told({ state: 'running', progress: paced }, { estimate: { seconds: 40 } }).left, 'about 40\u00a0s left');
  assert.equal(told({ state: 'running', progress: { ...progress, done: 60 } }).left, '');
});

test('an end says how, how long it took, and why', () => {
  assert.equal(told({ state: 'done' }, { ran: { from: 1, took: 2400 } }).words, 'Done in 2.4\u00a0s');
  assert.equal(told({ state: 'done', created: 1, ended: 90 }).words, 'Done', 'its wait is no work');
  assert.match(told({ state: 'stopped' }).words, /^Stopped/);
  assert.match(told({ state: 'failed', reason: 'all losses are NaN' }).words, /^Failed: all losses/);
});
