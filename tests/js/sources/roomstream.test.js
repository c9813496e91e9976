import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { answerFrame, askFrame } from '../../../static/js/sources/framed.js';
import { createRoomStream } from '../../../static/js/sources/roomstream.js';
import { followEvents } from '../../../static/js/sources/server.js';

const AT = '/api/rooms/K7PX3M';
const RUN = '/api/runs/r1/events';

/** A watch that a test plays: what was asked for, and which streams are open. */
function played() {
  const streams = [];
  const watch = (address, watcher, of) => {
    const one = { address: address(), again: address, watcher, of, open: true };
    streams.push(one);
    return () => {
      one.open = false;
    };
  };
  return { watch, streams, open: () => streams.filter((one) => one.open), last: () => streams.at(-1) };
}

function heard() {
  const events = [];
  const refused = [];
  const states = [];
  return {
    events,
    refused,
    states,
    watcher: {
      lastEventId: null,
      onEvent: (event) => events.push(event),
      onConnection: (state) => states.push(state),
      onRefusal: (problem) => refused.push(problem),
    },
  };
}

test('a job comes on the same stream, and each connection says how far both are', () => {
  const { watch, open, last, streams } = played();
  const [room, run] = [heard(), heard()];
  const stream = createRoomStream(AT, room.watcher, watch);
  assert.equal(last().address, `${AT}/events?after=0`);
  last().watcher.onEvent({ id: 70, type: 'room', data: { phase: 'wait' } });
  const leave = stream.follow(RUN, { ...run.watcher, lastEventId: 3 });
  assert.equal(open().length, 1, 'never two');
  assert.equal(last().address, `${AT}/events?after=70&job=r1&since=3`);
  last().watcher.onEvent({ id: 4, type: 'step', data: {} });
  last().watcher.onEvent({ id: 90, type: 'room', data: {} });
  last().watcher.onEvent({ id: 5, type: 'status', data: { state: 'done', final: true } });
  last().watcher.onConnection('retrying');
  assert.deepEqual(
    [room.events.map(({ id }) => id), run.events.map(({ id }) => id)],
    [
      [70, 90],
      [4, 5],
    ],
  );
  assert.deepEqual([room.states, run.states], [['retrying'], ['retrying']]);
  assert.equal(last().again(), `${AT}/events?after=90&job=r1&since=5`, 'after a lost connection');
  assert.equal(last().of.isLast({ type: 'status', data: { state: 'done', final: true } }), false);
  assert.equal(last().of.isLast({ type: 'status', data: { state: 'ended', final: true } }), true);
  assert.equal(stream.follow('/api/experiments/e1/events', run.watcher), null, 'one beside the room');
  leave();
  leave();
  assert.equal(last().address, `${AT}/events?after=90`);
  assert.deepEqual([open().length, streams.length], [1, 3]);
});

test('a job that is gone is refused to who wanted it, and the room goes on', () => {
  const { watch, last, open } = played();
  const [room, run] = [heard(), heard()];
  const stream = createRoomStream(AT, room.watcher, watch);
  assert.equal(stream.follow('/api/rooms/222222/events', run.watcher), null);
  assert.notEqual(stream.follow('/api/experiments/e%201/events', run.watcher), null);
  assert.equal(last().address, `${AT}/events?after=0&job=e+1&since=0`);
  last().watcher.onRefusal({ status: 404, field: 'run_id' });
  assert.deepEqual([run.refused.length, room.refused.length, last().address], [1, 0, `${AT}/events?after=0`]);
  stream.follow(RUN, run.watcher);
  last().watcher.onRefusal({ status: 404, field: 'code' });
  assert.deepEqual([run.refused.length, room.refused.length], [1, 1], 'the room has ended');
  stream.release();
  assert.equal(last().address, `${AT}/events?after=0`);
  stream.leave();
  assert.equal(open().length, 0);
});

test('a page in a frame asks the one around it, and follows by itself where that has nothing', () => {
  const frame = new EventTarget();
  const { watcher } = heard();
  assert.equal(askFrame(RUN, watcher, null), null);
  assert.equal(askFrame(RUN, watcher, frame), null);
  const asked = [];
  let left = 0;
  answerFrame(frame, (address, by) => {
    asked.push([address, by === watcher]);
    return address === RUN
      ? () => {
          left += 1;
        }
      : null;
  });
  askFrame(RUN, watcher, frame)();
  assert.equal(askFrame('/api/runs/other/events', watcher, frame), null);
  assert.deepEqual(
    [asked, left],
    [
      [
        [RUN, true],
        ['/api/runs/other/events', true],
      ],
      1,
    ],
  );
});

test('a connection whose address says how far it is sends no other number, and goes on after a final status of the job', async () => {
  const asked = [];
  const server = createServer((message, response) => {
    asked.push([message.url, message.headers['last-event-id'] ?? null]);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const last = asked.length === 1 ? { state: 'done', final: true } : { state: 'ended', final: true };
    response.end(`id: ${asked.length}\nevent: status\ndata: ${JSON.stringify(last)}\n\n`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const real = globalThis.fetch;
  globalThis.fetch = (path, options) => real(`http://127.0.0.1:${server.address().port}${path}`, options);
  try {
    const { watcher, events } = heard();
    await new Promise((resolve) => {
      followEvents(
        () => `/x?at=${events.length}`,
        { ...watcher, onEvent: (event) => events.push(event) === 2 && resolve() },
        { isLast: ({ data }) => data.state === 'ended' },
      );
    });
    assert.deepEqual(asked, [
      ['/x?at=0', null],
      ['/x?at=1', null],
    ]);
  } finally {
    globalThis.fetch = real;
    server.closeAllConnections();
    server.close();
  }
});
