// The Lab's experiment as a task of a room: its request, and not the experiment that was run here.
import assert from 'node:assert/strict';
import test from 'node:test';
import { wishOfLab } from '../../../../static/js/pages/lab/toroom.js';
import { LESIONS } from './lab.js';

const kind = { ...LESIONS, title: 'Which blocks can be deleted?', why: 'Because.' };
const settings = { ...Object.fromEntries(kind.fields.map(({ name, default: value }) => [name, value])), draws: 3 };
const state = { kind, variants: [], settings, run: null, of: 'run', experiment: { id: 'e1' }, asked: null };

test('the task is the request', () => {
  const { task } = wishOfLab(/** @type {any} */ (state));
  assert.deepEqual([task.title, task.text], ['Which blocks can be deleted?', 'Because.']);
  assert.match(task.address, /^\/lab\?kind=lesions/);
  assert.match(task.address, /draws=3/);
  assert.doesNotMatch(task.address, /experiment=/);
  const run = wishOfLab(/** @type {any} */ ({ ...state, kind: { ...kind, on_run: true }, run: 'r1' }));
  assert.match(run.task.address, /run=r1/);
});
