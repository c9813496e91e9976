import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameIn } from '../../../static/js/figure/lanename.js';

test('a name that has no room says in what it differs; the letter alone is left of one with no room at all', () => {
  const said = (room) => nameIn('ResNet-56, fork at step 22', room).text;
  assert.equal(said(240), 'ResNet-56, fork at step 22');
  assert.equal(said(110), 'fork at step 22');
  assert.equal(said(60), 'fork at…');
  assert.equal(said(20), '');
  assert.equal(nameIn('pre-activation ResNet-110', 70).text, 'pre-activat…'.slice(0, 10).concat('…'));
});
