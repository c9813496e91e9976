import assert from 'node:assert/strict';
import test from 'node:test';

import { expectedSeries, reasonAgainst, unknownOf } from '../../../../static/js/view/charts/theory.js';

const STYLES = [{ color: '#111' }, { color: '#222' }];
const PLACES = [
  [0, 1],
  [0, 1],
];

/**
 * @param {string} label
 * @param {import('../../../../static/js/view/state/state.js').Theory|null} theory
 * @returns {any}
 */
function variant(label, theory) {
  const taps = ['relu', 'layer1.0.relu1', 'layer1.0', 'fc'];
  const kinds = ['activation', 'activation', 'block', 'logits'];
  return {
    label,
    theory,
    taps,
    blocks: ['layer1.0'],
    summary: {
      layers: [],
      graph: { taps: taps.map((name, i) => ({ name, kind: kinds[i], block: i === 1 || i === 2 ? 'layer1.0' : null })) },
    },
  };
}

const known = { activation_rms: [1, 0.1, 0.01, null], gradient_rms: [1e-3, 1e-2, 0.1, 1], reason: null };
const unknown = { activation_rms: [], gradient_rms: [], reason: 'no equation is known' };

test('a line is made for each network that theory knows, at the blocks, in decades', () => {
  const variants = [variant('residual', unknown), variant('plain', known)];
  const [line, ...others] = expectedSeries({ theory: true, step: 0, variants }, 'gradient_rms', STYLES, PLACES);
  assert.deepEqual(others, []);
  assert.deepEqual(Array.from(line.y), [-3, -1]);
  assert.deepEqual([line.color, line.label], ['#222', 'theory']);
  assert.deepEqual(
    Array.from(expectedSeries({ theory: true, step: 0, variants }, 'activation_rms', STYLES, PLACES)[0].y),
    [0, -2],
  );
});

test('two lines say whose they are', () => {
  const variants = [variant('a', known), variant('b', known)];
  assert.deepEqual(
    expectedSeries({ theory: true, step: 0, variants }, 'gradient_rms', STYLES, PLACES).map(({ label }) => label),
    ['theory, a', 'theory, b'],
  );
});

test('nothing is drawn unasked, or of weights that have learned', () => {
  const variants = [variant('plain', known)];
  assert.deepEqual(expectedSeries({ theory: false, step: 0, variants }, 'gradient_rms', STYLES, PLACES), []);
  assert.deepEqual(expectedSeries({ theory: true, step: 1, variants }, 'gradient_rms', STYLES, PLACES), []);
});

test('why there is no line is said', () => {
  assert.equal(reasonAgainst({ step: 0, variants: [variant('plain', known), variant('residual', unknown)] }), '');
  assert.match(reasonAgainst({ step: 3, variants: [variant('plain', known)] }), /go to step 0/);
  assert.equal(reasonAgainst({ step: 0, variants: [variant('residual', unknown)] }), 'residual: no equation is known.');
  assert.match(reasonAgainst({ step: 0, variants: [variant('opened', null)] }), /opened or forked run has none/);
});

test('of two networks the one without a line is named, with the reason', () => {
  assert.deepEqual(unknownOf({ variants: [variant('plain', known), variant('residual', unknown)] }), [
    { label: 'residual', reason: 'no equation is known' },
  ]);
  assert.deepEqual(unknownOf({ variants: [variant('plain', known)] }), []);
});
