import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copied } from '../../../../static/js/view/state/choosing.js';
import { initialState } from '../../../../static/js/view/state/state.js';
import { decodeState } from '../../../../static/js/view/state/url.js';
import { PRESETS } from '../../golden.js';
import { measured, page, summaries } from '../../page.js';

const look = ({ variants }) => variants.map(({ letter, label }) => `${letter} ${label}`);

/** A server whose names are those of places, so that they differ. */
function opened() {
  const asked = [];
  const made = page((path, { body }) => {
    if (path === '/api/probe') {
      asked.push(body);
      return { variants: body.variants.map((_, v) => ({ ...measured.variants[1], label: `network ${v}` })) };
    }
    return structuredClone(summaries[1]);
  });
  return { ...made, asked, descriptions: () => made.store.state.variants.map(({ description }) => description) };
}

test('a network is added beside those on the page, which stay as they are, up to four', async () => {
  const { store, asked, descriptions } = opened();
  await store.commands.toggle(0, 4, true);
  const [first] = store.state.variants;
  for (let i = 0; i < 3; i += 1) await store.commands.add('resnet20');
  assert.deepEqual(look(store.state), ['A network 0', 'B network 1', 'C network 2', 'D network 3']);
  assert.deepEqual(store.state.variants[0].skips, first.skips);
  assert.deepEqual(descriptions().at(-1), { preset: 'resnet20' }, 'as the preset is, whatever stands beside it');
  assert.equal(asked.at(-1).variants.length, 4);
});

test('those that stay when one is removed keep letters and skips; the last one cannot be removed', async () => {
  const { store } = opened();
  await store.commands.add('resnet20');
  await store.commands.remove(0);
  assert.deepEqual(look(store.state), ['B network 0', 'C network 1']);
  await store.commands.add('resnet20');
  assert.deepEqual(look(store.state).at(-1), 'A network 2', 'a letter that is free is given again');
  for (let i = 0; i < 5; i += 1) await store.commands.remove(0);
  assert.deepEqual(look(store.state), ['A network 0']);
});

test('a pair that is chosen is that of the presets, under the first letters', async () => {
  const { store, descriptions } = opened();
  await store.commands.remove(0);
  await store.commands.compare('plain20', 'resnet20');
  assert.deepEqual(descriptions(), [{ preset: 'plain20' }, { preset: 'resnet20' }]);
  assert.deepEqual(look(store.state), ['A network 0', 'B network 1']);
});

test('a copy keeps the letter of its origin', () => {
  const variants = ['A', 'B', 'C'].map((letter) => ({ letter }));
  assert.deepEqual(copied(variants, 1), ['B', 'D']);
  assert.deepEqual(copied([{ letter: 'A' }], 0), ['A', 'B']);
});

test('two names give the same two networks from the menu and by address', async () => {
  const { store, asked, descriptions } = opened();
  const settings = initialState().settings;
  for (const [i, { name }] of PRESETS.entries()) {
    const other = PRESETS[(i + 1) % PRESETS.length].name;
    await store.commands.compare(name, other);
    const chosen = [descriptions(), asked.at(-1).variants.length];
    const { nets } = decodeState(`?net=${name}&net=${other}`, settings);
    assert.deepEqual(nets, chosen[0]);
    await store.commands.describe(nets);
    assert.deepEqual([descriptions(), asked.at(-1).variants.length], chosen);
  }
});
