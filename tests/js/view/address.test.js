import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followAddress, subjectOf } from '../../../static/js/view/address.js';
import { reduce } from '../../../static/js/view/state/state.js';
import { page } from '../page.js';

test('a step is to other networks, settings or runs, and not to other skips or another look', () => {
  const one = subjectOf('?net=resnet20,norm:none,cut:3&lr=0.1&view=trunk&step=4&hide=lr');
  assert.equal(one, subjectOf('?lr=0.1&net=resnet20,norm:none,strength:0.5@2'));
  for (const other of ['?net=resnet20&lr=0.1', '?net=resnet20,norm:none', '?net=resnet20,norm:none&lr=0.1&run=a'])
    assert.notEqual(one, subjectOf(other));
});

test('the address is written as the state goes on, and not while another one is brought about', async () => {
  const { store } = page(() => assert.fail('nothing is asked'));
  const written = [];
  const follower = followAddress('', store.state, (...all) => written.push(all));
  const faster = reduce(store.state, { type: 'settings', changes: { lr: 0.5 } });
  follower.update(faster);
  assert.deepEqual(written.splice(0), [['?lr=0.5', true]]);
  follower.update(reduce(faster, { type: 'view', view: 'trunk' }));
  assert.deepEqual(written.splice(0), [['?lr=0.5&view=trunk', false]]);
  let arrived = () => {};
  const during = follower.during(new Promise((resolve) => (arrived = resolve)), '?lr=abc');
  follower.update(store.state);
  assert.deepEqual(written, []);
  arrived();
  await during;
  assert.deepEqual(written, [['', false]], 'what could not be had is not in the address either');
});
