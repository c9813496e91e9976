import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statedOf, wireArchitecture } from '../../../../static/js/view/state/describe.js';
import { initialState, reduce } from '../../../../static/js/view/state/state.js';
import {
  decodeNet,
  decodeRanges,
  decodeState,
  decodeStrength,
  encodeNet,
  encodeRanges,
  encodeState,
  encodeStrength,
} from '../../../../static/js/view/state/url.js';
import { asVariant } from '../../../../static/js/view/state/variants.js';
import { probeOf, SUMMARIES } from '../../golden.js';

const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];
const { settings } = initialState();
const start = (descriptions) =>
  reduce(initialState(), {
    type: 'first',
    summaries,
    descriptions,
    probe: summaries.map((one) => probeOf(one)),
    settings,
    presets: [],
    datasets: [],
  });
const state = start([
  { preset: 'plain20', norm: 'none' },
  { preset: 'resnet20', norm: 'none' },
]);
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
  const cut = reduce(state, {
    type: 'skips',
    variant: 1,
    skips: state.variants[1].skips.map((_, b) => b !== 3),
    label: '',
  });
  const changed = [
    { type: 'settings', changes: { lr: 0.02, seed: 7, clip_norm: 1 } },
    { type: 'quantity', quantity: 'activation' },
    { type: 'branch', measure: 'descent_cosine' },
    { type: 'heat', measure: 'successive_cosine' },
    { type: 'view', view: 'trunk' },
    { type: 'theory', on: true },
  ].reduce(reduce, cut);
  const address = encodeState(changed, served);
  assert.equal(
    address,
    '?net=plain20,norm:none&net=resnet20,norm:none,cut:4&lr=0.02&clip_norm=1&seed=7' +
      '&quantity=activation&branch=descent_cosine&heat=successive_cosine&theory=1&view=trunk',
  );
  const linked = decodeState(address, settings);
  assert.deepEqual(linked.nets, [
    { preset: 'plain20', norm: 'none' },
    { preset: 'resnet20', norm: 'none', cut: '4' },
  ]);
  assert.deepEqual(linked.settings, { lr: 0.02, clip_norm: 1, seed: 7 });
  assert.equal(linked.quantity, 'activation');
  assert.equal(linked.branch, 'descent_cosine');
  assert.equal(linked.heat, 'successive_cosine');
  assert.equal(linked.view, 'trunk');
  assert.equal(linked.theory, true);
  const again = start(linked.nets);
  assert.deepEqual(again.variants[1].skips, cut.variants[1].skips);
});

test('fields of every type survive', () => {
  const description = {
    depths: [3, 4, 6],
    widths: [5],
    stochastic_depth: 0.2,
    squeeze_excitation: true,
    init_std: 1e-5,
    activation: 'leaky_relu',
  };
  assert.deepEqual(decodeNet(encodeNet(description, [true], [true])), description);
});

test('nonsense in an address is left out', () => {
  const linked = decodeState(
    '?net=,,:x,depths:&lr=abc&quantity=beauty&branch=nonfinite&heat=loss&view=3d&seed=null',
    settings,
  );
  assert.deepEqual(linked.settings, {});
  assert.equal(linked.quantity, null);
  assert.deepEqual([linked.branch, linked.heat], [null, null]);
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
  assert.deepEqual(statedOf({ ...plain, skips: plain.skips.map(() => true) }), {
    preset: 'plain20',
    norm: 'none',
    only: '1-9',
  });
});

test('strengths are written by their values, and read back', () => {
  const list = [1, 0.5, 0.5, 0.25, 1, 0, 0.5];
  assert.equal(encodeStrength(list), '0.5@2-3.7_0.25@4_0@6');
  assert.deepEqual(decodeStrength(encodeStrength(list), 7), list);
  assert.equal(encodeStrength([1, 1]), '');
  assert.deepEqual(decodeStrength('2@1_x@2_@3_-1@1', 3), [1, 1, 1], 'what makes no sense is left out');
});

/** The summary that the server makes of a description. */
function summaryOf({ preset, skips }) {
  const { graph, ...rest } = SUMMARIES[preset];
  return {
    ...rest,
    graph: { ...graph, blocks: graph.blocks.map((block) => ({ ...block, skip: skips ?? block.skip })) },
  };
}

/** A page as anybody may leave it, by a die that always falls alike. */
function anyPage(seed) {
  let now = seed * 7919 + 1;
  const die = (n) => {
    now = (now * 48271) % 2147483647;
    return now % n;
  };
  const one = (...list) => list[die(list.length)];
  const descriptions = Array.from({ length: 1 + die(4) }, () => ({
    preset: one('plain20', 'resnet20'),
    ...one(
      {},
      { norm: 'none' },
      { depths: [5] },
      { depths: [3, 4] },
      { init_std: 1e-7, widths: [64] },
      { squeeze_excitation: true, shortcut_scale: 0.5 },
    ),
  }));
  const nets = descriptions.map(({ preset }) => SUMMARIES[preset]);
  const page = [
    {
      type: 'first',
      summaries: nets,
      descriptions,
      probe: nets.map((net) => probeOf(net)),
      settings,
      presets: [],
      datasets: [],
    },
    ...nets.flatMap((_, variant) =>
      [
        { type: 'skips', variant, skips: Array.from({ length: 9 }, () => die(3) > 0), label: '' },
        { type: 'strength', variant, strength: Array.from({ length: 9 }, () => one(1, 1, 0.5, 0.05, 0)), label: '' },
      ].filter(() => die(2)),
    ),
    {
      type: 'settings',
      changes: Object.fromEntries(
        Object.entries({
          dataset: one('cifar10', '42', 'true', 'null'),
          image_size: 16,
          batch_size: 8,
          lr: one(1e-7, 3, 0.02),
          nesterov: true,
          clip_norm: 0.5,
          precision: 'bfloat16',
          channels_last: one(true, false),
          eval_every: 0,
          seed: 7,
        }).filter(() => die(2)),
      ),
    },
    { type: 'quantity', quantity: one('gradient_path', 'weight_gradient', 'dead_units') },
    { type: 'branch', measure: one('branch_ratio', 'descent_cosine') },
    { type: 'heat', measure: one('gradient_rms', 'activation_rms', 'successive_cosine') },
    { type: 'view', view: one('paper', 'trunk') },
    { type: 'theory', on: one(true, false) },
    {
      type: 'scale',
      changes: {
        scope: one('common', 'network', 'stage', 'block'),
        heatmap: one('network', 'common'),
        locked: one(true, false),
        low: -die(40) - 1,
        high: die(9),
      },
    },
    { type: 'speed', speed: one(0, 1, 10) },
    { type: 'hide', hide: one([], ['lr', 'branch']) },
    ...one(
      [],
      [
        { type: 'run/opened', id: 'r1_x', state: one('running', 'done') },
        ...one([], [{ type: 'show', step: die(300) }]),
      ],
    ),
    ...one([], [{ type: 'brush', brush: { from: die(9), to: 20 + die(9) } }]),
    ...one([], [{ type: 'select', focus: { variant: 0, block: 'layer1.1', tap: 'layer1.1', layer: null } }]),
  ];
  return page.reduce(reduce, initialState());
}

test('the whole state is in the address: what is read of it is what was written', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const page = anyPage(seed);
    const address = encodeState(page, served);
    const linked = decodeState(address, settings);
    if (page.run.id !== null) assert.deepEqual([linked.nets, linked.settings], [[], {}], 'a run has them itself');
    const whole = encodeState({ ...page, run: { ...page.run, id: null } }, served);
    const { nets: told, settings: taken } = decodeState(whole, settings);
    const nets = told.length > 0 ? told : decodeState(`?${served.query}`, settings).nets;
    const read = nets.map((net) => asVariant(summaryOf(net), net));
    assert.deepEqual(
      read.map(({ description, skips, strength }) => ({ description, skips, strength })),
      page.variants.map(({ description, skips, strength }) => ({ description, skips, strength })),
      address,
    );
    const { locked, low, high, scope, heatmap } = { ...initialState().scale, ...linked.scale };
    assert.deepEqual(
      {
        settings: { ...settings, ...taken },
        quantity: linked.quantity ?? 'gradient_path',
        branch: linked.branch ?? 'branch_ratio',
        heat: linked.heat ?? 'gradient_rms',
        view: linked.view ?? 'paper',
        theory: linked.theory,
        scope,
        heatmap,
        locked,
        ...(locked && { low, high }),
        speed: linked.speed,
        hide: linked.hide,
        run: linked.run,
        shown: linked.step ?? 'live',
        brush: linked.brush,
        select: linked.select,
      },
      {
        settings: page.settings,
        quantity: page.quantity,
        branch: page.branch,
        heat: page.heat,
        view: page.view,
        theory: page.theory,
        scope: page.scale.scope,
        heatmap: page.scale.heatmap,
        locked: page.scale.locked,
        ...(page.scale.locked && { low: page.scale.low, high: page.scale.high }),
        speed: page.speed,
        hide: page.hide,
        run: page.run.id,
        shown: page.shown,
        brush: page.brush,
        select: page.selection && '0:layer1.1',
      },
      address,
    );
  }
});

test('nonsense of a view is left out', () => {
  const linked = decodeState('?scale=mine&lock=3..-2&brush=9-2&speed=fast&step=-1', settings);
  assert.deepEqual([linked.scale, linked.brush, linked.speed, linked.step], [{}, null, 0, null]);
});
