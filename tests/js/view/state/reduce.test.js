import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { createStore } from '../../../../static/js/view/state/store.js';
import { didOf, probeOf, SUMMARIES } from '../../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const { settings } = initialState();
const first = {
  type: 'first',
  summaries,
  descriptions: [
    { preset: 'plain20', norm: 'none' },
    { preset: 'resnet20', norm: 'none' },
  ],
  probe: summaries.map((one) => probeOf(one)),
  settings,
  presets: [],
  datasets: [],
};
const started = reduce(initialState(), first);
const running = [
  { type: 'run/opened', id: 'r1', state: 'running' },
  { type: 'stream/schema', id: 1, variants: summaries.map((one) => probeOf(one)) },
].reduce(reduce, started);
const stepEvent = (id, step, value = 1e-3) => ({
  type: 'stream/step',
  id,
  record: {
    step,
    epoch: 0,
    elapsed: step / 10,
    lr: 0.1,
    variants: summaries.map((one) => ({ ...didOf(probeOf(one, () => value)), loss: 2 })),
  },
});

test('the first event makes the page ready, with measured values', () => {
  assert.equal(initialState().phase, 'loading');
  assert.equal(started.phase, 'ready');
  assert.deepEqual(
    started.variants.map((variant) => variant.label),
    ['plain-20', 'ResNet-20'],
  );
  const { gradient_rms, identity_rms, residual_rms } = started.values[0];
  assert.equal(gradient_rms.length, summaries[0].graph.taps.length);
  assert.ok(
    Number.isNaN(identity_rms[0]) && residual_rms[0] > 0,
    'a cut skip has no identity part, and that is not a lost number',
  );
});

test('phase follows probe, run and connection', () => {
  const asked = reduce(started, { type: 'probe/asked' });
  assert.equal(asked.phase, 'loading');
  assert.equal(reduce(asked, { type: 'probe/answered', sequence: 1, probe: first.probe }).phase, 'ready');
  assert.equal(reduce(asked, { type: 'probe/refused', sequence: 1 }).phase, 'ready');
  assert.equal(running.phase, 'running');
  assert.equal(
    reduce(running, { type: 'stream/status', id: 2, state: 'paused', reason: null, queue_position: null }).phase,
    'paused',
  );
  assert.equal(reduce(running, { type: 'connection', connection: 'retrying' }).phase, 'offline');
});

test('an answer to an older probe is left out', () => {
  const twice = reduce(reduce(started, { type: 'probe/asked' }), { type: 'probe/asked' });
  assert.equal(reduce(twice, { type: 'probe/answered', sequence: 1, probe: first.probe }), twice);
});

test('steps are shown as they come, each once, in order', () => {
  const after = [stepEvent(2, 0), stepEvent(3, 1, 1e-5), stepEvent(3, 1, 7), stepEvent(4, 1, 7)].reduce(
    reduce,
    running,
  );
  assert.equal(after.history.length, 2);
  assert.equal(after.step, 1);
  assert.equal(after.row, 1);
  assert.equal(after.values[1].gradient_rms[0], 1e-5);
  assert.equal(after.run.lastEventId, 4);
});

test('pointing at a step shows it everywhere while history goes on; live returns', () => {
  const three = [stepEvent(2, 0, 1e-2), stepEvent(3, 1, 1e-30), stepEvent(4, 2, 1e-4)].reduce(reduce, running);
  const back = reduce(three, { type: 'show', step: 1 });
  assert.equal(back.step, 1);
  assert.ok(Math.abs(back.values[0].gradient_rms[0] / 1e-30 - 1) < 1e-4, 'four digits survive, at any magnitude');
  const more = reduce(back, stepEvent(5, 3, 1));
  assert.equal(more.step, 1);
  assert.equal(more.history.length, 4);
  assert.equal(reduce(more, { type: 'show', step: 'live' }).step, 3);
  assert.equal(back.history.length, 3, 'an older state stays true');
});

test('toggling is remembered, undone and done again', () => {
  const cut = reduce(started, {
    type: 'skips',
    variant: 1,
    skips: started.variants[1].skips.map((_, b) => b !== 4),
    label: 'cut layer2.1',
  });
  assert.equal(cut.variants[1].skips[4], false);
  const back = reduce(cut, { type: 'undo' });
  assert.deepEqual(back.variants[1].skips, started.variants[1].skips);
  const again = reduce(back, { type: 'redo' });
  assert.deepEqual(again.variants[1].skips, cut.variants[1].skips);
  assert.equal(reduce(started, { type: 'undo' }), started, 'nothing to undo changes nothing');
  const other = reduce(back, {
    type: 'skips',
    variant: 0,
    skips: started.variants[0].skips.map(() => true),
    label: 'all',
  });
  assert.equal(other.future.length, 0, 'a new act ends what could be done again');
});

test('a change of the running net leaves a mark that says what was changed', () => {
  const skips = running.variants[1].skips.map((_, b) => b !== 0);
  const state = reduce(running, { type: 'stream/change', id: 2, step: 7, variant: 1, changed: { skips } });
  assert.deepEqual(state.changes, [{ step: 7, variant: 1, changed: { skips }, text: 'ResNet-20: cut layer1.0' }]);
  assert.deepEqual(state.variants[1].skips, skips);
  assert.equal(
    reduce(running, { type: 'stream/change', id: 2, step: 9, variant: null, changed: { lr: 0.5 } }).settings.lr,
    0.5,
  );
});

test('zero, not finite and not measured stay apart', () => {
  const probe = summaries.map((one) => probeOf(one));
  const { values } = probe[1];
  values.gradient_rms[0] = 0;
  values.gradient_rms[1] = 'inf';
  values.nonfinite[1] = 5;
  values.residual_rms[2] = 'nan';
  const state = reduce(initialState(), { ...first, probe });
  const { gradient_rms, residual_rms, update_ratio } = state.values[1];
  assert.equal(gradient_rms[0], 0);
  assert.equal(gradient_rms[1], Infinity);
  assert.equal(residual_rms[2], Infinity);
  assert.ok(Number.isNaN(update_ratio[0]));
});

test('networks have the names that the source made of them', () => {
  const twins = reduce(initialState(), {
    ...first,
    summaries: [summaries[1], summaries[1]],
    probe: ['norm none', 'BatchNorm'].map((what) => ({ ...first.probe[1], label: `ResNet-20, ${what}` })),
  });
  assert.deepEqual(
    twins.variants.map((variant) => variant.label),
    ['ResNet-20, norm none', 'ResNet-20, BatchNorm'],
  );
});

test('the store tells its views once a frame, of the newest state', () => {
  const frames = [];
  const told = [];
  const store = createStore(running, reduce, (tell) => frames.push(tell));
  store.subscribe((state) => told.push(state.step));
  for (let i = 0; i < 5; i += 1) store.dispatch(stepEvent(2 + i, i));
  assert.equal(frames.length, 1);
  frames[0]();
  assert.deepEqual(told, [4]);
  assert.equal(store.state.history.length, 5);
});
