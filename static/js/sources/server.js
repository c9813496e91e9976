/**
 * @file The server's API: requests that answer or throw the server's problem, and the stream of a run's events.
 */

import { askFrame } from './framed.js';
import { Refusal } from './source.js';
import { weightsOf } from './weights.js';

/** @typedef {import('./source.js').Source} Source */
/** @typedef {import('./source.js').StreamEvent} StreamEvent */
/** @typedef {import('./source.js').Watcher} Watcher */
/** @typedef {import('../view/state/state.js').Problem} Problem */

/**
 * Make the source that asks a Skipscope server.
 *
 * @param {{ask?: typeof request, watch?: typeof follow}} [doors]
 * @returns {Source}
 */
export function serverOf({ ask = request, watch = follow } = {}) {
  const at = (/** @type {string} */ id) => `/api/runs/${encodeURIComponent(id)}`;
  return {
    only: null,
    summarize: (body) => ask('/api/architectures/summary?graph=places', { method: 'POST', body }),
    probe: (body) => ask('/api/probe', { method: 'POST', body }),
    maps: (body) => ask('/api/probe/maps', { method: 'POST', body }),
    check: (body) => ask('/api/runs/check', { method: 'POST', body }),
    begin: (body) => ask('/api/runs', { method: 'POST', body, headers: { 'idempotency-key': newKey() } }),
    run: (id) => ask(at(id)),
    runs: ({ offset, limit, query = [] }) =>
      ask(`/api/runs?${new URLSearchParams([['offset', String(offset)], ['limit', String(limit)], ...query])}`),
    beside: async (ids) => (await ask(`/api/runs/beside?${new URLSearchParams(ids.map((id) => ['run', id]))}`)).names,
    change: (id, body) => ask(at(id), { method: 'PATCH', body }),
    step: (id) => ask(`${at(id)}/step`, { method: 'POST' }),
    fork: (id, variant) => ask(`${at(id)}/fork`, { method: 'POST', body: { variant } }),
    remove: (id) => ask(at(id), { method: 'DELETE' }),
    pictures: (dataset, numbers) =>
      `/api/datasets/${encodeURIComponent(dataset)}/images.png?numbers=${numbers.join(',')}`,
    // read in the browser, by code that no other file needs
    parquet: async (buffer) => (await import('./parquet.js')).readParquet(buffer),
    weights: weightsOf(ask),
    watch,
  };
}

/**
 * Ask the server; throws a Refusal with its problem, or one that says that it did not answer.
 *
 * @template T
 * @param {string} path
 * @param {{method?: string, body?: unknown, file?: Blob, signal?: AbortSignal, headers?: Record<string, string>}}
 *   [options] the body is sent as JSON, a file as its bytes
 * @returns {Promise<T>} the JSON, null where there is none
 */
export async function request(path, { method = 'GET', body, file, signal, headers = {} } = {}) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(file === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...headers,
      },
      body: body === undefined ? file : JSON.stringify(body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal({ title: 'No answer', detail: 'The server does not answer. Is it still running?', status: 0 });
  }
  if (!response.ok) throw new Refusal(await problemOf(response));
  return response.status === 204 ? /** @type {T} */ (null) : response.json();
}

/** @param {Response} response @returns {Promise<Problem>} */
async function problemOf(response) {
  const fallback = {
    title: response.statusText || 'Refused',
    detail: `The server answered ${response.status}.`,
    status: response.status,
  };
  try {
    return { ...fallback, ...(await response.json()) };
  } catch {
    return fallback; // a proxy's page, say: no words of the server to show
  }
}

/**
 * Cut a stream of server-sent events into events; text is fed as it comes, in any pieces.
 *
 * @param {(event: {id: string, type: string, data: string}) => void} take
 */
export function createParser(take) {
  let rest = '';
  let id = '';
  let type = '';
  /** @type {string[]} */
  let data = [];
  /** @param {string} line */
  const read = (line) => {
    if (line === '') {
      if (data.length > 0) take({ id, type: type || 'message', data: data.join('\n') });
      type = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') type = value;
    else if (field === 'id') id = value;
  };
  return (/** @type {string} */ text) => {
    rest += text;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) read(line);
  };
}

const WAITS = [500, 1000, 2000, 4000, 8000];
/** The server's heart beats every 15 s; after three missed ones the connection is taken for dead. */
const SILENCE = 45_000;

/**
 * Follow a run's events.
 *
 * @param {string} id of the run
 * @param {Watcher} watcher
 * @returns {() => void} stop following
 */
export function follow(id, watcher) {
  return followEvents(`/api/runs/${encodeURIComponent(id)}/events`, watcher);
}

/** @param {{type: string, data: {final?: boolean}}} event */
const isFinal = ({ type, data }) => type === 'status' && Boolean(data.final);

/**
 * Follow a job's events, from after `lastEventId`; resumes by itself where it was, until the terminal status.
 *
 * @template [E=StreamEvent]
 * @param {string|(() => string)} address of its events; one that is asked for at each connection says itself what was
 *   taken before
 * @param {import('./source.js').Watcher<E>} watcher
 * @param {object} [of]
 * @param {number} [of.spread] milliseconds over which many readers come back, so that they do not come at once
 * @param {number[]} [of.waits] milliseconds between two tries beside those
 * @param {(event: {type: string, data: {state?: string, final?: boolean}}) => boolean} [of.isLast] whether nothing
 *   follows an event
 * @returns {() => void} stop following
 */
export function followEvents(address, watcher, { spread = 0, waits = WAITS, isLast = isFinal } = {}) {
  const through = typeof address === 'string' ? askFrame(address, watcher) : null;
  if (through) return through;
  const { lastEventId, onEvent, onConnection, onRefusal } = watcher;
  const isOwn = typeof address === 'function';
  const stopped = new AbortController();
  let last = lastEventId;
  let final = false;

  const read = async () => {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    stopped.signal.addEventListener('abort', abort);
    let timer = setTimeout(abort, SILENCE);
    try {
      const response = await fetch(isOwn ? address() : address, {
        headers: { accept: 'text/event-stream', ...(isOwn || last === null ? {} : { 'last-event-id': String(last) }) },
        signal: attempt.signal,
        cache: 'no-store',
      });
      if (!response.ok) {
        if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`);
        onRefusal(await problemOf(response));
        return true;
      }
      onConnection('online');
      if (response.status === 204) return true; // there is nothing after what was taken
      if (!response.body) throw new Error('no body');
      const parse = createParser(({ id: given, type, data }) => {
        const number = given === '' ? NaN : Number(given);
        if (Number.isFinite(number)) last = number;
        const parsed = JSON.parse(data);
        if (isLast({ type, data: parsed })) final = true;
        onEvent(/** @type {E} */ ({ id: number, type, data: parsed }));
      });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        clearTimeout(timer);
        if (done) break;
        timer = setTimeout(abort, SILENCE);
        parse(value);
        tries = 0;
      }
      return final;
    } finally {
      clearTimeout(timer);
      stopped.signal.removeEventListener('abort', abort);
    }
  };

  let tries = 0;
  const loop = async () => {
    while (!stopped.signal.aborted) {
      try {
        if (await read()) return;
      } catch (error) {
        if (stopped.signal.aborted || final) return;
        if (error instanceof SyntaxError) throw error;
      }
      if (stopped.signal.aborted) return;
      onConnection(globalThis.navigator?.onLine === false ? 'offline' : 'retrying');
      await pause(waits[Math.min(tries, waits.length - 1)] + Math.random() * spread, stopped.signal);
      tries += 1;
    }
  };
  void loop();
  return () => stopped.abort();
}

/**
 * Wait, less when the network comes back.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    globalThis.addEventListener?.('online', done);
    signal.addEventListener('abort', done);
  });
}

/** A key of 128 random bits; `crypto.randomUUID` is missing where a class opens the page over plain HTTP. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
