/**
 * @file A run's file, as `skipscope.watch` writes it without a server: read into the events that a server would send.
 */

/** @typedef {import('../wire').OutsideSchemaEvent} OutsideSchemaEvent */
/** @typedef {import('../wire').OutsideStepEvent} OutsideStepEvent */
/** @typedef {import('../wire').Values} Values */
/** @typedef {import('../wire').WireNumber} WireNumber */
/** @typedef {{taps: string[], weights: string[], blocks?: string[], kinds?: string[], junctions?: string[]}} Names */
/**
 * @typedef {{label: string, name?: string, host?: string, optimizer?: string, parameters?: number|null, band?:
 *   import('../wire').Band|null, names: Names}} Run
 */
/** @typedef {{taps: string[], weights: string[], blocks: string[], kinds: string[], junctions: string[]}} Aligned */
/**
 * @typedef {{run: Run, schema: OutsideSchemaEvent, steps: OutsideStepEvent[], lost: number}} Found `lost`: bytes of a
 *   batch that was cut off, at the end
 */
/** @typedef {{dtype: string, shape: number[], data_offsets: [number, number]}} Place */

const MARK = 'skipscope run 1';
const VERSION = 4;
const FRAME = 8;
const PLACES = 20_000;
/** Begins a file of Parquet. */
const PARQUET = 'PAR1';
const TAPS = ['activation_rms', 'gradient_rms', 'zero_fraction', 'nonfinite', 'dead_units'];
const WEIGHTS = ['weight_gradient_norm', 'update_ratio'];
const BLOCKS = [
  'residual_rms',
  'identity_rms',
  'residual_gradient_norm',
  'identity_gradient_norm',
  'descent_cosine',
  'successive_cosine',
];

/** Does a file begin as Parquet does? @param {ArrayBuffer} buffer */
export function isParquet(buffer) {
  return new TextDecoder().decode(buffer.slice(0, PARQUET.length)) === PARQUET;
}

/**
 * Read a file; a batch that was cut off by the end of its process is left out.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Found}
 */
export function readRunFile(buffer) {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf(10);
  const run = headOf(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end))));
  const { taps, weights, blocks = [], kinds = [], junctions = [] } = run.names;
  const names = { taps, weights, blocks, kinds, junctions };
  /** @type {OutsideStepEvent[]} */
  const steps = [];
  const view = new DataView(buffer);
  let [number, whole] = [0, end + 1];
  for (let at = end + 1; at + FRAME <= bytes.length; ) {
    const length = view.getUint32(at, true);
    const body = bytes.subarray(at + FRAME, at + FRAME + length);
    if (body.length < length || crc32(body) !== view.getUint32(at + 4, true)) break;
    number += 1;
    try {
      for (const step of stepsOf(body, names)) if (step.step > (steps.at(-1)?.step ?? -1)) steps.push(step);
    } catch (error) {
      throw new Error(
        `Batch ${number}, at byte ${at}, is none of this run: ${error instanceof Error ? error.message : error}.`,
      );
    }
    at += FRAME + length;
    whole = at;
  }
  return { run, schema: schemaOf(run.label, names), steps, lost: bytes.length - whole };
}

/**
 * The event that names a network's numbers.
 *
 * @param {string} label @param {Aligned} names
 * @returns {OutsideSchemaEvent}
 */
export function schemaOf(label, names) {
  return { version: VERSION, outside: true, variants: [{ label, ...names }] };
}

/** Each measure, and how many numbers a step has of it. @param {Aligned} names */
export function measuresOf({ taps, weights, blocks }) {
  const sized = (/** @type {string[]} */ measures, /** @type {string[]} */ { length }) =>
    measures.map((measure) => ({ measure, size: length }));
  return [...sized(TAPS, taps), ...sized(WEIGHTS, weights), ...sized(BLOCKS, blocks)];
}

/** Are these lists of names, each there once and no more than a server takes? @param {Names} names */
export function areNames({ taps, weights, blocks = [], kinds = [], junctions = [] }) {
  const isList = (/** @type {unknown} */ list) =>
    Array.isArray(list) && list.length <= PLACES && list.every((name) => typeof name === 'string');
  return (
    [taps, weights, blocks, kinds, junctions].every(isList) &&
    [taps, weights, blocks].every((list) => new Set(list).size === list.length)
  );
}

/** @param {string} line @returns {Run} */
function headOf(line) {
  try {
    const head = JSON.parse(line);
    if (head.file === MARK && typeof head.run.label === 'string' && areNames(head.run.names)) return head.run;
  } catch {
    // said below
  }
  throw new Error(
    'This file holds no run: its line 1 describes none. skipscope.watch writes such files, with the end .skipscope.',
  );
}

/**
 * @param {Uint8Array} body a safetensors file
 * @param {Aligned} names
 * @returns {OutsideStepEvent[]}
 */
function stepsOf(body, names) {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const start = FRAME + Number(view.getBigUint64(0, true));
  /** @type {Record<string, Place>} */
  const places = JSON.parse(new TextDecoder().decode(body.subarray(FRAME, start)));
  const bytesOf = (/** @type {string} */ name) => {
    const [from, to] = places[name].data_offsets;
    return body.slice(start + from, start + to);
  };
  const numbersOf = (/** @type {string} */ name) => new Float64Array(bytesOf(name).buffer);
  const counted = [...new BigInt64Array(bytesOf('step').buffer)].map(Number);
  const [elapsed, rates] = [numbersOf('elapsed'), numbersOf('lr')];
  const more = JSON.parse(new TextDecoder().decode(bytesOf('more')));
  const columns = (/** @type {string} */ measure, /** @type {number} */ size) => {
    const numbers = measure in places ? numbersOf(measure) : null;
    const absent = `${measure}.absent` in places ? bytesOf(`${measure}.absent`) : null;
    return counted.map((_, i) =>
      Array.from({ length: size }, (_one, j) =>
        numbers === null || absent?.[i * size + j] ? null : wordOf(numbers[i * size + j]),
      ),
    );
  };
  const measured = measuresOf(names).map(({ measure, size }) => ({ measure, rows: columns(measure, size) }));
  return counted.map((step, i) => {
    const { logged = {}, notes = [], dropped = [], gradient = null } = more[i];
    const values = /** @type {Values} */ (Object.fromEntries(measured.map(({ measure, rows }) => [measure, rows[i]])));
    const lr = Number.isFinite(rates[i]) ? rates[i] : null;
    const own = { loss: logged.loss ?? null, logged, dropped, notes, gradient, values };
    return { step, elapsed: elapsed[i], lr, variants: [own] };
  });
}

/** @type {Record<string, string>} */
const WORDS = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' };

/** A number as the wire has it. @param {number} value @returns {WireNumber} */
export function wordOf(value) {
  return Number.isFinite(value) ? value : /** @type {WireNumber} */ (WORDS[String(value)]);
}

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
