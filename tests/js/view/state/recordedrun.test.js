// The run that a worker recorded for both halves (tests/app/wire writes it), through the reducer that a page has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedBlocks } from '../../../../static/js/figure/changemarks.js';
import { take } from '../../../../static/js/view/state/fromwire.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { createStore } from '../../../../static/js/view/state/store.js';
import { RUN, SUMMARIES } from '../../golden.js';

const [{ data: schema }] = RUN;
const steps = RUN.filter(({ type }) => type === 'step').map(({ data }) => data);

/** A page on which the run was played, up to an event or all of it. */
function played(events = RUN) {
  const store = createStore(initialState(), reduce, () => {});
  const summaries = [SUMMARIES.recorded0, SUMMARIES.recorded1];
  const probe = schema.variants.map((one, v) => ({ ...one, ...steps[0].variants[v], theory: null }));
  store.dispatch({
    type: 'first',
    summaries,
    descriptions: schema.variants.map(() => ({})),
    probe,
    settings: initialState().settings,
    presets: [],
    datasets: [],
  });
  store.dispatch({ type: 'run/opened', id: 'r', state: 'running' });
  for (const event of events) take(store, event);
  return store.state;
}

const CODES = { nan: Infinity, inf: Infinity, '-inf': Infinity };
const codeOf = (value) => (value === null ? NaN : (CODES[value] ?? value));

test('every number of every step is on the page as it was sent, when it comes', () => {
  for (const [i, event] of RUN.entries()) {
    if (event.type !== 'step') continue;
    const state = played(RUN.slice(0, i + 1));
    assert.equal(state.step, event.data.step);
    event.data.variants.forEach(({ values, loss, accuracy, dropped, findings }, v) => {
      for (const [measure, column] of Object.entries(values))
        assert.deepEqual([...state.values[v][measure]], column.map(codeOf), `${measure} at step ${state.step}`);
      assert.deepEqual(state.scores[v], { loss: codeOf(loss), accuracy, findings, dropped });
    });
  }
});

test('every step that is shown again has its numbers, its scores and its networks', () => {
  const state = played();
  assert.equal(state.history.length, steps.length);
  for (const { step, variants } of steps) {
    const shown = reduce(state, { type: 'show', step });
    assert.deepEqual(
      shown.measured.nets,
      variants.map(({ net }) => net),
      `step ${step}`,
    );
    variants.forEach(({ values, loss, accuracy, dropped, findings, test_accuracy: held }, v) => {
      assert.deepEqual(shown.scores[v], { loss: codeOf(loss), accuracy, findings, dropped });
      assert.deepEqual(state.history.variants[v].test[shown.row], codeOf(held));
      for (const [measure, column] of Object.entries(values)) {
        column.map(codeOf).forEach((sent, i) => {
          const read = shown.values[v][measure][i];
          const alike = Object.is(sent, read) || Math.abs(read - sent) <= 2e-4 * Math.abs(sent);
          assert.ok(alike, `${measure} ${i} at step ${step}: ${read}, and ${sent} was sent`);
        });
      }
    });
  }
});

test('what was changed is what the networks have, and is marked', () => {
  const state = played();
  const [left, right] = steps.at(-1).variants.map(({ net }) => net);
  assert.deepEqual(state.run.nets, [left, right]);
  assert.deepEqual(state.agreed.nets, [left, right]);
  assert.deepEqual(
    state.variants.map(({ skips, strength }) => ({ skips, strength })),
    [left, right],
  );
  assert.equal(state.settings.lr, 100);
  assert.deepEqual(
    state.changes.map(({ step, text }) => [step, text]),
    [
      [3, `${state.variants[1].label}: cut layer2.0`],
      [4, `${state.variants[0].label}: shortcut strength`],
      [5, 'learning rate 100'],
    ],
  );
  assert.deepEqual(
    changedBlocks(state).map((marks) => [...marks]),
    [
      [
        [0, 'strength 0.5 since step 4'],
        [2, 'strength 0 since step 4'],
      ],
      [[1, 'cut at step 3']],
    ],
  );
  assert.equal(state.run.state, 'done');
});

test('a change that was refused goes back to what the network has', () => {
  const at = RUN.findIndex(({ data }) => data.refused);
  const before = played(RUN.slice(0, at));
  const { skips } = before.run.nets[0];
  const asked = skips.map((on) => !on);
  const wanted = reduce(before, { type: 'skips', variant: 0, skips: asked, label: '' });
  const told = reduce(wanted, {
    type: 'agreed',
    agreed: { ...wanted.agreed, nets: wanted.agreed.nets.map((net, v) => (v === 0 ? { ...net, skips: asked } : net)) },
  });
  const after = reduce(told, { type: 'stream/status', id: RUN[at].id, ...RUN[at].data });
  assert.deepEqual([after.variants[0].skips, after.agreed.nets[0].skips], [skips, skips]);
  assert.match(after.run.reason, /^not changed: /);
});

test('a step read alone says which network it was measured with', () => {
  const cut = steps.find(({ step }) => step === 3).variants[1];
  assert.deepEqual(cut.net.skips, [true, false, true]);
  assert.deepEqual(
    cut.values.identity_rms.map((value) => value === null),
    [false, true, false],
  );
});
