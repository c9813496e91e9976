import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retried } from '../../../../static/js/pages/room/retried.js';
import { Refusal } from '../../../../static/js/sources/source.js';

/** @param {number} status */
const refused = (status) => new Refusal({ title: 'No', detail: 'No.', status });
const pause = async () => {};

/** Refuse with each of some statuses in turn, then answer. @param {number[]} statuses */
function server(statuses) {
  let asked = 0;
  return {
    asked: () => asked,
    act: async () => {
      asked += 1;
      if (asked <= statuses.length) throw refused(statuses[asked - 1]);
      return 'kept';
    },
  };
}

test('an act is tried until the server is back, however long that takes', async () => {
  const away = server([0, 0, 503, 502, ...Array(200).fill(0), 504]);
  assert.equal(await retried(away.act, { pause }), 'kept');
  assert.equal(away.asked(), 206);
});

test('a refusal is no lost connection, and an error of ours neither', async () => {
  for (const status of [404, 409, 422, 429, 507]) {
    const refusing = server([status]);
    await assert.rejects(retried(refusing.act, { pause }), { name: 'Refusal' });
    assert.equal(refusing.asked(), 1);
  }
  const wrong = async () => {
    throw new TypeError('ours');
  };
  await assert.rejects(retried(wrong, { pause }), TypeError);
});

test('what is not wanted any more is not tried again', async () => {
  const away = server(Array(100).fill(0));
  let pauses = 0;
  const wanted = () => pauses < 3;
  const pausing = async () => {
    pauses += 1;
  };
  assert.equal(await retried(away.act, { wanted, pause: pausing }), null);
  assert.equal(away.asked(), 3);
});
