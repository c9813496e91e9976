import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from '../../../../static/js/view/state/sentence.js';

const VARIANT = { label: 'ResNet-20', taps: ['relu', 'layer1.0', 'layer1.1'], blocks: ['layer1.0', 'layer1.1'] };

/** @param {object} changed @returns {any} */
function stateOf(changed = {}, gradient = [1, 2e-9, 4]) {
  return {
    variants: [VARIANT],
    values: [{ gradient_rms: Float64Array.from(gradient) }],
    scores: [{ accuracy: NaN, findings: [] }],
    probe: { wanted: 1, answered: 1 },
    measured: { step: null },
    run: { state: 'none', reason: null },
    ...changed,
  };
}

test('before training the ratio of the gradients is said', () => {
  assert.equal(
    sentenceOf(stateOf()),
    'At initialisation.\nResNet-20: gradient at layer1.0 over that at layer1.1 5×10⁻¹⁰.',
  );
});

test("the diagnosis' words and the accuracy are said while it trains", () => {
  const scores = [{ accuracy: 0.884, findings: [{ sentence: 'The gradient vanishes.' }] }];
  assert.equal(
    sentenceOf(stateOf({ scores, measured: { step: 30 } })),
    'At step 30.\nResNet-20: The gradient vanishes. Accuracy 88 %.',
  );
});

test('every finding of every network is said, in the order of the diagnosis, a line a network', () => {
  const {
    variants: [one],
    values: [numbers],
  } = stateOf();
  const scores = [
    {
      accuracy: NaN,
      findings: [{ sentence: 'It vanishes.' }, { sentence: 'Units are dead.' }, { sentence: 'A branch dominates.' }],
    },
    { accuracy: NaN, findings: [{ sentence: 'All is well.' }] },
  ];
  const said = sentenceOf(
    stateOf({ variants: [one, { ...one, label: 'plain-20' }], values: [numbers, numbers], scores }),
  );
  assert.equal(
    said,
    'At initialisation.\nResNet-20: It vanishes. Units are dead. A branch dominates.\nplain-20: All is well.',
  );
});

test('networks side by side are compared in the words of the server, and none of them twice', () => {
  const {
    variants: [one],
    values: [numbers],
  } = stateOf();
  const scores = [
    {
      accuracy: 0.5,
      findings: [
        { kind: 'gradient', sentence: 'It grows.' },
        { kind: 'zeros', sentence: 'Many are zero.' },
      ],
    },
    { accuracy: NaN, findings: [{ kind: 'gradient', sentence: 'It shrinks.' }] },
    { accuracy: NaN, findings: [{ kind: 'vanishing', sentence: 'It shrinks, and updates are 0: vanishing.' }] },
  ];
  const variants = ['a', 'b', 'c'].map((label) => ({ ...one, label }));
  const values = [numbers, numbers, numbers];
  assert.equal(
    sentenceOf(stateOf({ variants, values, scores, comparison: 'Ten times apart.', measured: { step: 3 } })),
    'At step 3.\nTen times apart.\na: Many are zero. Accuracy 50 %.\nc: It shrinks, and updates are 0: vanishing.',
  );
});

test('zeros, what is not finite and what was not measured are named', () => {
  assert.match(sentenceOf(stateOf({}, [1, 0, 0])), /both exactly 0/);
  assert.match(sentenceOf(stateOf({}, [1, 2, 0])), /the last one exactly 0/);
  assert.match(sentenceOf(stateOf({}, [1, Infinity, 2])), /not finite/);
  assert.match(sentenceOf(stateOf({}, [1, NaN, 2])), /not measured/);
});

test('while an answer is on its way there is nothing new to say', () => {
  assert.equal(sentenceOf(stateOf({ probe: { wanted: 2, answered: 1 } })), null);
  assert.equal(sentenceOf(stateOf({ measured: null })), null);
});

test('how the run stands is said, with its reason', () => {
  const first = (changed) => sentenceOf(stateOf(changed))?.split('\n')[0];
  assert.equal(
    first({ measured: { step: 12 }, run: { state: 'paused', reason: 'its memory was needed' } }),
    'At step 12. The run is paused: its memory was needed.',
  );
  assert.equal(first({ run: { state: 'queued', reason: null } }), 'At initialisation. The run waits.');
});

test('numbers of a step are never said to be those at initialisation', () => {
  assert.match(
    sentenceOf(stateOf({ measured: { step: 199 }, row: -1, run: { state: 'queued', reason: null } })) ?? '',
    /^At step 199\./,
  );
});
