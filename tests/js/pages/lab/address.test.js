import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeAddress, encodeAddress, exampleOf, isExample } from '../../../../static/js/pages/lab/address.js';
import { wishOf } from '../../../../static/js/pages/lab/request.js';
import { labAddress } from '../../../../static/js/view/state/lablink.js';
import { initialState } from '../../../../static/js/view/state/state.js';
import { KINDS, LESIONS, PATHS, SQUARES, variantsOf } from './lab.js';

const stateOf = (kind, nets, settings, more = {}) => ({
  kind,
  variants: variantsOf(nets),
  settings,
  run: null,
  of: 'run',
  experiment: null,
  asked: null,
  ...more,
});
const again = (state) => {
  const { kind, nets, settings } = decodeAddress(encodeAddress(state), KINDS);
  return { kind, nets, settings };
};

test('without an address the first experiment shows its example', () => {
  const { kind, nets, settings, left } = decodeAddress('', KINDS);
  assert.equal(kind, PATHS);
  assert.deepEqual(nets, PATHS.example.variants);
  assert.equal(settings.steps, 150);
  assert.equal(settings.samples, 8);
  assert.deepEqual(left, []);
  const state = stateOf(kind, nets, settings);
  assert.ok(isExample(state));
  assert.equal(encodeAddress(state), '?kind=paths');
});

test('what is asked for is an address, and comes back from it', () => {
  const example = exampleOf(LESIONS);
  for (const [kind, nets, settings] of [
    [LESIONS, [{ preset: 'resnet20' }], example.settings],
    [
      LESIONS,
      [{ preset: 'plain20' }, { preset: 'resnet20' }],
      { ...example.settings, draws: 3, steps: 200, clip_norm: 0.5 },
    ],
    [PATHS, example.nets, { ...exampleOf(PATHS).settings, lr: 0.005 }],
    [SQUARES, [], { num_squares: 9, rates: [0.01, 1] }],
  ]) {
    const state = stateOf(kind, nets, settings);
    assert.deepEqual(again(state), { kind, nets, settings }, encodeAddress(state));
  }
});

test('networks of an address come with the usual settings, and not with those of the example', () => {
  const { settings } = decodeAddress('?kind=paths&net=resnet20', KINDS);
  assert.equal(settings.steps, 200);
  assert.equal(settings.lr, 0.005);
});

test('the experiment on screen is in the address while it is of this request', () => {
  const { nets, settings } = exampleOf(PATHS);
  const state = stateOf(PATHS, nets, settings, { experiment: { id: 'e1' } });
  const asked = JSON.stringify(wishOf(state));
  assert.equal(encodeAddress({ ...state, asked }), '?kind=paths&experiment=e1');
  assert.ok(!encodeAddress({ ...state, asked, settings: { ...settings, samples: 2 } }).includes('experiment'));
});

test('an address says which of its parts are left out; how Explore looks at networks is none of them', () => {
  const { kind, left } = decodeAddress('?kind=cubes&samples=many&colour=red&quantity=activation&theory=1', KINDS);
  assert.equal(kind, PATHS);
  assert.equal(left.length, 3);
  assert.match(left.join(' '), /kind=cubes.*samples=many.*colour=red/);
});

test('Explore’s networks and settings arrive in the Lab, and a run by its id', () => {
  const nets = [{ preset: 'resnet20', norm: 'none' }, { preset: 'plain20' }];
  const variants = variantsOf(nets);
  const { settings, run } = initialState();
  const address = labAddress({ variants, settings: { ...settings, lr: 0.05, record_every: 5 }, run });
  const arrived = decodeAddress(address.slice('/lab'.length), KINDS);
  assert.deepEqual(arrived.nets, nets);
  assert.equal(arrived.settings.lr, 0.05);
  assert.equal(arrived.settings.steps, settings.steps);
  assert.deepEqual(arrived.left, []);
  assert.equal(labAddress({ variants, settings, run: { ...run, id: 'r 1' } }), '/lab?run=r+1');
});

test('a run stands for its networks and its training', () => {
  const { nets, settings } = exampleOf(PATHS);
  const address = encodeAddress(stateOf(PATHS, nets, { ...settings, samples: 2 }, { run: 'r1', of: 'run' }));
  assert.equal(address, '?kind=paths&run=r1&samples=2');
  const { run, settings: again_ } = decodeAddress(address, KINDS);
  assert.deepEqual([run, again_.samples], ['r1', 2]);
});

test('weights stand for their networks, and leave their data to choose', () => {
  const { nets, settings } = exampleOf(PATHS);
  const address = encodeAddress(stateOf(PATHS, nets, { ...settings, samples: 2 }, { run: 'w1', of: 'weights' }));
  assert.match(address, /^\?kind=paths&weights=w1&/);
  const { run, of } = decodeAddress(address, KINDS);
  assert.deepEqual([run, of], ['w1', 'weights']);
  assert.deepEqual(decodeAddress(address, KINDS).left, []);
});
