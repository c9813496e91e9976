import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { createParser, follow, request } from '../../../static/js/sources/server.js';
import { Refusal } from '../../../static/js/sources/source.js';

test('events are cut out of any pieces', () => {
  const text =
    ': hello\n\nid: 1\nevent: schema\ndata: {"a":1}\n\n' +
    'id: 2\r\nevent: step\r\ndata: {"b":\r\ndata: 2}\r\n\r\nid: 3\ndata:x\n\nid: 4\ndata: half';
  for (const size of [1, 2, 3, 7, 1000]) {
    const taken = [];
    const parse = createParser((event) => taken.push(event));
    for (let i = 0; i < text.length; i += size) parse(text.slice(i, i + size));
    assert.deepEqual(
      taken,
      [
        { id: '1', type: 'schema', data: '{"a":1}' },
        { id: '2', type: 'step', data: '{"b":\n2}' },
        { id: '3', type: 'message', data: 'x' },
      ],
      `pieces of ${size}`,
    );
  }
});

/** A real server; `fetch` is given its address. */
async function serve(handler, act) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  const real = globalThis.fetch;
  globalThis.fetch = (path, options) => real(base + path, options);
  try {
    await act();
  } finally {
    globalThis.fetch = real;
    server.closeAllConnections();
    server.close();
  }
}

test('a refusal carries the words of the server', async () => {
  const problem = {
    title: 'Not possible',
    detail: 'widths=[0]: at least 1.',
    status: 422,
    field: 'widths',
    remedy: 'Give 1 or more.',
  };
  await serve(
    (_, response) =>
      response.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem)),
    async () => {
      await assert.rejects(
        request('/api/x', { method: 'POST', body: {} }),
        (error) => error instanceof Refusal && error.problem.field === 'widths' && error.message === problem.detail,
      );
    },
  );
});

test('a lost stream is resumed where it was, with nothing lost and nothing twice', async () => {
  const asked = [];
  const states = [];
  const events = [];
  const event = (id, type, data) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  await serve(
    (message, response) => {
      asked.push(message.headers['last-event-id'] ?? null);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (asked.length === 1) {
        response.write(event(1, 'schema', {}) + event(2, 'step', { step: 0 }), () =>
          setTimeout(() => response.destroy(), 30),
        );
      } else response.end(event(3, 'step', { step: 1 }) + event(4, 'status', { state: 'done', final: true }));
    },
    () =>
      new Promise((resolve) => {
        follow('r1', {
          lastEventId: null,
          onEvent: (one) => {
            events.push(one.id);
            if (one.data.final) setTimeout(resolve, 50);
          },
          onConnection: (state) => states.push(state),
          onRefusal: (problem) => assert.fail(problem.detail),
        });
      }),
  );
  assert.deepEqual(asked, [null, '2']);
  assert.deepEqual(events, [1, 2, 3, 4]);
  assert.deepEqual(states, ['online', 'retrying', 'online'], 'said, resumed, and closed after the last event');
});

test('a stream that is refused says why and is not asked for again', async () => {
  let asked = 0;
  await serve(
    (_, response) => {
      asked += 1;
      response.writeHead(404).end(JSON.stringify({ title: 'No such run', detail: 'There is no run r9.' }));
    },
    () =>
      new Promise((resolve) => {
        follow('r9', {
          lastEventId: null,
          onEvent: () => assert.fail(),
          onConnection: () => {},
          onRefusal: (problem) => {
            assert.equal(problem.detail, 'There is no run r9.');
            setTimeout(resolve, 700);
          },
        });
      }),
  );
  assert.equal(asked, 1);
});

test('a line that breaks after the last event is not asked for again', async () => {
  let asked = 0;
  const states = [];
  await serve(
    (_, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 1\nevent: status\ndata: {"state":"done","final":true}\n\n', () =>
        setTimeout(() => response.destroy(), 30),
      );
    },
    () =>
      new Promise((resolve) => {
        follow('r1', {
          lastEventId: null,
          onEvent: () => setTimeout(resolve, 900),
          onConnection: (state) => states.push(state),
          onRefusal: () => assert.fail(),
        });
      }),
  );
  assert.equal(asked, 1);
  assert.deepEqual(states, ['online']);
});

test('where nothing is left to tell the connection is whole, and over', async () => {
  let asked = 0;
  const states = [];
  await serve(
    (_, response) => {
      asked += 1;
      response.writeHead(204).end();
    },
    () =>
      new Promise((resolve) => {
        follow('r1', {
          lastEventId: 9,
          onEvent: () => assert.fail(),
          onConnection: (state) => states.push(state),
          onRefusal: () => assert.fail(),
        });
        setTimeout(resolve, 900);
      }),
  );
  assert.equal(asked, 1);
  assert.deepEqual(states, ['online']);
});
