import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LETTERS, letterAt, lettersFor, lookOf, looksOf } from '../../../static/js/figure/networks.js';
import { inkOf } from '../../../static/js/figure/styles.js';
import { measuredOf, page } from '../page.js';

test('letters: those given stay, and the next is one that none has', () => {
  assert.deepEqual(lettersFor([], 4), ['A', 'B', 'C', 'D']);
  assert.deepEqual(lettersFor(['B'], 2), ['B', 'A']);
  assert.deepEqual(lettersFor(['A', 'C'], 3), ['A', 'C', 'B']);
  assert.deepEqual(lettersFor(['A', 'B', 'C'], 2), ['A', 'B']);
  assert.equal(letterAt(5), 'B');
});

test('each letter has a look of its own in either theme', () => {
  for (const theme of ['light', 'dark']) {
    const looks = LETTERS.map((letter) => lookOf(letter, theme));
    assert.equal(new Set(looks.map(({ color }) => color)).size, 4);
    assert.equal(new Set(looks.map(({ dash }) => dash)).size, 4);
    assert.ok(looks.every(({ color, paper }) => color !== paper));
  }
});

test('a network looks the same and is called the same whatever is cut or connected', async () => {
  const { store } = page(async (_path, { body }) => measuredOf(body));
  const before = looksOf(store.state);
  assert.deepEqual(
    before.map(({ letter, label }) => [letter, label]),
    [
      ['A', 'plain-20'],
      ['B', 'ResNet-20'],
    ],
  );
  const all = store.state.variants[0].skips.map(() => true);
  for (const act of [
    () => store.commands.toggle(0, 4, true),
    () => store.commands.setSkips(0, all, 'connect all'),
    () =>
      store.commands.setSkips(
        1,
        all.map(() => false),
        'cut all',
      ),
    () => store.commands.undo(),
  ]) {
    await act();
    assert.deepEqual(looksOf(store.state), before);
  }
  const texts = [0, 1].flatMap((variant) =>
    ['lane', 'letter'].map((role) => inkOf({ role, variant }, store.state.variants, 'light')),
  );
  assert.deepEqual(texts, [before[0].color, before[0].paper, before[1].color, before[1].paper]);
});
