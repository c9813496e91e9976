import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  axisText,
  barsOf,
  quartileText,
  truthText,
  truthWord,
  valueText,
} from '../../../../static/js/figure/room/answers.js';

/** @param {object} of @returns {any} */
const room = (of) => ({ question: null, distribution: null, truth: null, ...of });
const number = {
  id: 1,
  kind: 'number',
  text: '',
  options: [],
  low: -15,
  high: 1,
  at: [],
  axis: '',
  unit: '',
  network: null,
};
const bins = Array.from({ length: 17 }, (_, i) => ({ at: 1 - i, first: 0, last: 0 }));

test('the bars of a number rise from left to right, without decades that nobody gave', () => {
  const given = bins.map((bin) => (bin.at === -3 ? { ...bin, first: 2, last: 4 } : bin));
  const { bars, truth } = barsOf(room({ question: number, distribution: { bins: given }, truth: 1e-5 }));
  assert.deepEqual(
    bars.map(({ name }) => name),
    ['10⁻⁷', '10⁻⁶', '10⁻⁵', '10⁻⁴', '10⁻³', '10⁻²'],
  );
  assert.deepEqual([bars[4].first, bars[4].last, bars[4].count, bars[5].count], [0.5, 1, '4', '']);
  assert.ok(Math.abs(Number(truth) - 2.5 / 6) < 1e-9, 'the truth stands in the middle of its decade');
});

test('options keep their order and the truth stands at its own', () => {
  const question = { ...number, kind: 'choice', options: ['a', 'b'.repeat(30)] };
  const distribution = {
    bins: [
      { at: 0, first: 1, last: 0 },
      { at: 1, first: 0, last: 1 },
    ],
  };
  const { bars, truth } = barsOf(room({ question, distribution, truth: 'b'.repeat(30) }));
  assert.deepEqual([bars[0].name, bars[1].label.length, truth], ['a', 30, 0.75]);
});

test('nothing is drawn before the answers are shown', () => {
  const { bars, truth } = barsOf(room({ question: number }));
  assert.deepEqual([bars, truth], [[], null]);
});

test('truths and answers are written as numbers or options', () => {
  assert.equal(truthText(room({ truth: 1.3e-13 })), '1.3×10⁻¹³');
  assert.equal(truthText(room({ truth: [1e-9, 1] })), '1×10⁻⁹, 1');
  assert.equal(valueText({ ...number, kind: 'choice', options: ['a', 'b'] }, 1), 'b');
  assert.equal(valueText(number, 0.25), '0.25');
});

test('the axis has its quantity and unit, and what is measured is no mere answer', () => {
  assert.equal(
    axisText(/** @type {any} */ ({ ...number, axis: 'parameters', unit: 'millions' })),
    'parameters (millions)',
  );
  assert.equal(axisText(/** @type {any} */ (number)), 'answer, on a log scale');
  assert.equal(truthWord(room({ question: number })), 'the answer');
  assert.equal(truthWord(room({ question: { ...number, network: 'plain-56' } })), 'measured');
});

test('quartiles are said in numbers', () => {
  const said = quartileText(room({ distribution: { quartiles: [-9, -5, -4, -2, 0] } }));
  assert.equal(said, 'Half of the answers lie between 1×10⁻⁵ and 0.01, the middle one is 1×10⁻⁴.');
  assert.equal(quartileText(room({ distribution: { quartiles: [] } })), '');
});
