import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startable } from '../../../../static/js/pages/lab/startable.js';

const RUN = {
  id: 'r',
  name: 'mine',
  state: 'done',
  created: 2,
  recorded: 5,
  digest: null,
  weights: { address: '/w', bytes: 1, note: null },
  request: { variants: [{ norm: 'none' }], dataset: 'digits', precision: 'float32' },
};
const FILE = { id: 'w', source: 'upload', name: 'sent', networks: ['sent'], bytes: 9, created: 1, own: true };

test('runs that have networks and files that were sent are offered, the newest first', async () => {
  const asked = [];
  const runs = [
    RUN,
    { ...RUN, id: 'live', state: 'running', weights: null, created: 5 },
    { ...RUN, id: 'waits', state: 'queued', weights: null, recorded: 0 },
    { ...RUN, id: 'gone', weights: { address: null, bytes: 0, note: 'newer ones took their place' } },
  ];
  const rows = await startable(
    {
      runs: async ({ query }) => {
        asked.push(query);
        return { runs };
      },
    },
    {
      list: async (...call) => {
        asked.push(call);
        return { weights: [{ ...FILE, source: 'run', id: 'r' }, FILE] };
      },
    },
  );
  assert.deepEqual(
    rows.map(({ id, source, title }) => [id, source, title]),
    [
      ['live', 'run', 'mine'],
      ['r', 'run', 'mine'],
      ['w', 'upload', 'sent'],
    ],
  );
  assert.deepEqual(asked, [[['mine', 'true']], [40, true]]);
});
