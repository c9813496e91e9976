import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from '../../static/js/sentence.js';

const VARIANT = { label: 'ResNet-20', taps: ['relu', 'layer1.0', 'layer1.1'], blocks: ['layer1.0', 'layer1.1'] };

/** @param {object} changed @returns {any} */
function stateOf(changed = {}, gradient = [1, 2e-9, 4]) {
  return {
    variants: [VARIANT], values: [{ gradient_rms: Float64Array.from(gradient) }], scores: [{ accuracy: NaN, findings: [] }],
    probe: { wanted: 1, answered: 1 }, row: -1, step: 0, ...changed,
  };
}

test('before training the ratio of the gradients is said', () => {
  assert.equal(sentenceOf(stateOf()), 'At initialisation. ResNet-20: gradient at layer1.0 over that at layer1.1 5×10⁻¹⁰.');
});

test("the diagnosis' words and the accuracy are said while it trains", () => {
  const scores = [{ accuracy: 0.884, findings: [{ sentence: 'The gradient vanishes.' }] }];
  assert.equal(sentenceOf(stateOf({ scores, row: 3, step: 30 })), 'At step 30. ResNet-20: The gradient vanishes, accuracy 88 %.');
});

test('zeros, what is not finite and what was not measured are named', () => {
  assert.match(sentenceOf(stateOf({}, [1, 0, 0])), /both exactly 0/);
  assert.match(sentenceOf(stateOf({}, [1, 2, 0])), /the last one exactly 0/);
  assert.match(sentenceOf(stateOf({}, [1, Infinity, 2])), /not finite/);
  assert.match(sentenceOf(stateOf({}, [1, NaN, 2])), /not measured/);
});

test('while an answer is on its way there is nothing new to say', () => {
  assert.equal(sentenceOf(stateOf({ probe: { wanted: 2, answered: 1 } })), null);
  assert.equal(sentenceOf(stateOf({ values: [] })), null);
});
