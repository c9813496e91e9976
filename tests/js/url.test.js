import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statedOf, wireArchitecture } from '../../static/js/describe.js';
import { initialState, reduce } from '../../static/js/state.js';
import { decodeNet, decodeRanges, decodeState, encodeNet, encodeRanges, encodeState } from '../../static/js/url.js';
import { probeOf, SUMMARIES } from './golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const { settings } = initialState();
const start = (descriptions) => reduce(initialState(), { type: 'first', summaries, descriptions, probe: summaries.map((one) => probeOf(one)), settings, presets: [], datasets: [] });
const state = start([{ preset: 'plain20', norm: 'none' }, { preset: 'resnet20', norm: 'none' }]);
const served = { query: 'net=plain20,norm:none&net=resnet20,norm:none', settings };

test('blocks are written as ranges, and read back', () => {
  for (const bits of ['000000', '111111', '101101', '011100', '000001', '110000']) {
    const list = [...bits].map((bit) => bit === '1');
    assert.deepEqual(decodeRanges(encodeRanges(list), list.length), list, bits);
  }
  assert.equal(encodeRanges([true, true, true, false, true]), '1-3.5');
  assert.deepEqual(decodeRanges('2-99.x', 3), [false, true, true], 'what makes no sense is left out');
});

test('the page as served has a bare address', () => {
  assert.equal(encodeState(state, served), '');
});

test('networks, toggles, settings and view are in the address, and come back', () => {
  const cut = reduce(state, { type: 'skips', variant: 1, skips: state.variants[1].skips.map((_, b) => b !== 3), label: '' });
  const changed = [{ type: 'settings', changes: { lr: 0.02, seed: 7, clip_norm: 1 } }, { type: 'quantity', quantity: 'activation' }, { type: 'view', view: 'trunk' }, { type: 'theory', on: true }].reduce(reduce, cut);
  const address = encodeState(changed, served);
  assert.equal(address, '?net=plain20,norm:none&net=resnet20,norm:none,cut:4&lr=0.02&clip_norm=1&seed=7&quantity=activation&theory=1&view=trunk');
  const linked = decodeState(address, settings);
  assert.deepEqual(linked.nets, [{ preset: 'plain20', norm: 'none' }, { preset: 'resnet20', norm: 'none', cut: '4' }]);
  assert.deepEqual(linked.settings, { lr: 0.02, clip_norm: 1, seed: 7 });
  assert.equal(linked.quantity, 'activation');
  assert.equal(linked.view, 'trunk');
  assert.equal(linked.theory, true);
  const again = start(linked.nets);
  assert.deepEqual(again.variants[1].skips, cut.variants[1].skips);
});

test('fields of every type survive', () => {
  const description = { depths: [3, 4, 6], stochastic_depth: 0.2, squeeze_excitation: true, init_std: 1e-5, activation: 'leaky_relu' };
  assert.deepEqual(decodeNet(encodeNet(description, [true], [true])), description);
});

test('nonsense in an address is left out', () => {
  const linked = decodeState('?net=,,:x,depths:&lr=abc&quantity=beauty&view=3d&seed=null', settings);
  assert.deepEqual(linked.settings, {});
  assert.equal(linked.quantity, null);
  assert.equal(linked.view, null);
});

test('what is no escape is text, as anybody may write an address', () => {
  const linked = decodeState('?net=resnet20,norm:%25E0%25A4&seed=%25&dataset=%25', settings);
  assert.deepEqual(linked.nets, [{ preset: 'resnet20', norm: '%E0%A4' }]);
  assert.equal(linked.settings.dataset, '%');
  assert.ok(!('seed' in linked.settings));
});

test('the skips on the page are what is sent, short where all are alike', () => {
  const [plain, residual] = state.variants;
  assert.equal(wireArchitecture(plain).skips, false);
  assert.equal(wireArchitecture(residual).skips, true);
  const mixed = { ...residual, skips: residual.skips.map((_, b) => b > 0) };
  assert.deepEqual(wireArchitecture(mixed).skips, mixed.skips);
  assert.deepEqual(statedOf(residual), { preset: 'resnet20', norm: 'none' });
  assert.deepEqual(statedOf({ ...plain, skips: plain.skips.map(() => true) }), { preset: 'plain20', norm: 'none', skips: true });
});
