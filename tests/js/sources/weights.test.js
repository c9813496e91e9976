import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saysItsNetwork, weightsOf } from '../../../static/js/sources/weights.js';

/** A file of safetensors with this header. */
function fileOf(header, rest = '') {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, BigInt(text.length), true);
  return new Blob([size, text, rest]);
}

const own = fileOf({ __metadata__: { skipscope: '{}' }, a: {} }, 'numbers');

test('a file says its network if this program wrote it', async () => {
  assert.equal(await saysItsNetwork(own), true);
  for (const header of [{ a: {} }, { __metadata__: { format: 'pt' } }, 'no JSON', 'null'])
    assert.equal(await saysItsNetwork(fileOf(header)), false);
  assert.equal(await saysItsNetwork(new Blob(['PK'])), false);
  assert.equal(await saysItsNetwork(new Blob(['a text of more than eight letters'])), false, 'a length beyond its end');
});

test('the network of the page goes along only with a file that says none', async () => {
  const asked = [];
  const weights = weightsOf(async (...call) => asked.push(call));
  await weights.send(own, { preset: 'resnet20' });
  const other = fileOf({ a: {} });
  await weights.send(other, { preset: 'resnet20' });
  assert.deepEqual(asked, [
    ['/api/weights', { method: 'POST', file: own }],
    ['/api/weights?architecture=%7B%22preset%22%3A%22resnet20%22%7D', { method: 'POST', file: other }],
  ]);
});

test('they are listed and read by their addresses', async () => {
  const asked = [];
  const weights = weightsOf(async (...call) => asked.push(call));
  await weights.list(50);
  await weights.list(20, true);
  await weights.read('a/b');
  assert.deepEqual(asked, [['/api/weights?limit=50'], ['/api/weights?limit=20&mine=true'], ['/api/weights/a%2Fb']]);
});
