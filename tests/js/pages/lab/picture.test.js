import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeAddress } from '../../../../static/js/pages/lab/address.js';
import { problemOf, textOf } from '../../../../static/js/pages/lab/picture.js';
import { wishOf } from '../../../../static/js/pages/lab/request.js';
import { lab, PATHS } from './lab.js';

test('PNG, JPEG and WebP of 8 MB are taken, anything else is named', () => {
  for (const type of ['image/png', 'image/jpeg', 'image/webp'])
    assert.equal(problemOf({ name: 'a', type, size: 8e6 }), null);
  assert.match(problemOf({ name: 'a.gif', type: 'image/gif', size: 9 }), /^a\.gif is image\/gif: choose a PNG/);
  assert.match(problemOf({ name: 'a', type: '', size: 9 }), /unknown type/);
  assert.match(problemOf({ name: 'a.png', type: 'image/png', size: 9e6 }), /9\.0 MB, and 8 MB are the most/);
});

test('a file is base64 whatever its size', async () => {
  const bytes = new Uint8Array(100_000).map((_, i) => i % 251);
  assert.equal(await textOf(new Blob([bytes])), Buffer.from(bytes).toString('base64'));
});

test('a picture goes along when it starts, and is in no address, estimate or program', async () => {
  const kind = { ...PATHS, picture: true };
  const { store, asked, nets, settings } = lab();
  store.dispatch({ type: 'kind', kind, settings });
  await store.commands.describe(nets, settings);
  const before = encodeAddress(store.state);
  store.dispatch({ type: 'picture', picture: { name: 'dog.jpg', data: 'AAAA', url: 'blob:1' } });
  assert.equal(encodeAddress(store.state), before);
  assert.equal(wishOf(store.state).picture, 'base64 of dog.jpg');
  await store.commands.estimate();
  await store.commands.begin();
  const sent = (name) => asked.find(([one]) => one === name)[1];
  assert.ok(!('picture' in sent('estimate')));
  assert.equal(sent('begin').picture, 'AAAA');
});
