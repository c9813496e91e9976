import assert from 'node:assert/strict';
import test from 'node:test';

import { otherSheets, tapSheet } from '../../../../static/js/view/charts/sheets.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import { probeOf, SUMMARIES } from '../../golden.js';

const NAMES = ['plain20', 'resnet20'];

/** @returns {any} */
function probed() {
  const summaries = NAMES.map((name) => SUMMARIES[name]);
  return reduce(
    initialState(),
    /** @type {any} */ ({
      type: 'first',
      summaries,
      descriptions: NAMES.map((preset) => ({ preset })),
      probe: summaries.map((one) => probeOf(one)),
      settings: initialState().settings,
      presets: [],
      datasets: [],
    }),
  );
}

/** @param {any} sheet @param {string} name @param {number} group @param {string} measure */
function read(sheet, name, group, measure) {
  const { index, columns } = sheet.groups[group];
  return columns[sheet.measures.findIndex((/** @type {string[]} */ [one]) => one === measure)][index.get(name)];
}

test('every measured column of every network stands in one of the tables, at its name', () => {
  const state = probed();
  const sheets = [tapSheet(state), ...otherSheets(state)];
  for (const [v, { values }] of NAMES.map((name) => probeOf(SUMMARIES[name])).entries()) {
    const { taps, weights, blocks } = state.variants[v];
    for (const [measure, column] of Object.entries(values)) {
      if (measure === 'nonfinite') continue; // told in the number's own place
      const [names, sheet] =
        [
          [taps, sheets[0]],
          [blocks, sheets[1]],
          [weights, sheets[2]],
        ].find(([, one]) => one.measures.some(([name]) => name === measure)) ??
        assert.fail(`${measure} is in no table`);
      names.forEach((/** @type {string} */ name, /** @type {number} */ i) =>
        assert.deepEqual(read(sheet, name, v, measure), column[i] ?? NaN, `${measure} of ${name}`),
      );
    }
  }
});

test("a ratio is of the two numbers beside it, and a score is its network's", () => {
  const state = probed();
  const [blocks, , networks] = otherSheets(state);
  const name = state.variants[1].blocks[4];
  assert.equal(
    read(blocks, name, 1, 'branch_ratio'),
    read(blocks, name, 1, 'residual_rms') / read(blocks, name, 1, 'identity_rms'),
  );
  assert.equal(read(networks, state.variants[1].label, 0, 'loss'), 2.3);
  assert.deepEqual(networks.names, ['plain-20', 'ResNet-20']);
});

test('accuracy on images held out is that of the row on screen', () => {
  const state = probed();
  const variants = state.variants.map((/** @type {any} */ _, /** @type {number} */ v) => ({
    test: Float64Array.of(0.1, 0.2 + v),
  }));
  assert.equal(
    read(otherSheets({ ...state, row: 1, history: { ...state.history, variants } })[2], 'ResNet-20', 0, 'test'),
    1.2,
  );
  assert.deepEqual(
    read(otherSheets({ ...state, row: -1, history: { ...state.history, variants } })[2], 'ResNet-20', 0, 'test'),
    NaN,
  );
});

test('what theory expects stands beside what was measured while its lines are drawn', () => {
  const state = probed();
  const [known, unknown] = [
    state.variants[0].taps.map((/** @type {string} */ _, /** @type {number} */ i) => i + 1),
    [],
  ];
  state.variants[0].theory = { gradient_rms: known, activation_rms: known, reason: null };
  state.variants[1].theory = { gradient_rms: unknown, activation_rms: unknown, reason: 'nobody knows' };
  assert.equal(tapSheet(state).measures.length, 4);
  const sheet = tapSheet({ ...state, theory: true });
  assert.equal(read(sheet, state.variants[0].taps[2], 0, 'theory.gradient_rms'), 3);
  assert.equal(read(sheet, state.variants[1].taps[2], 1, 'theory.gradient_rms'), undefined);
  assert.equal(tapSheet({ ...state, theory: true, step: 1 }).measures.length, 4);
});
