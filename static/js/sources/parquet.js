/**
 * @file A recorder's Parquet, as `record.to_arrow()` makes it: read into the events that a server would send. Loaded
 *   when such a file is opened.
 */
import { parquetMetadata, parquetReadObjects } from '../../vendor/hyparquet.min.js';
import { areNames, measuresOf, schemaOf, wordOf } from './runfile.js';

/** @typedef {import('./runfile.js').Aligned} Aligned */
/** @typedef {import('./runfile.js').Found} Found */
/** @typedef {import('../wire').Values} Values */
/** @typedef {import('../wire').WireNumber} WireNumber */
/** @typedef {Record<string, unknown>} Row */
/** @typedef {ReturnType<typeof parquetMetadata>} Metadata */

/** The library reads no other compression; pyarrow writes the first by itself. */
const COMPRESSIONS = ['SNAPPY', 'UNCOMPRESSED'];
/** Unpacked, more does not fit into the page. */
const MOST = 1e9;
/** Of all numbers that are no counts. */
const DIGITS = 4;
const COUNTS = ['nonfinite', 'dead_units'];
const FOREIGN = 'This Parquet holds no records of a recorder: `record.to_arrow()` makes tables of them.';

/**
 * Read a file; throws an Error in words if it is damaged, or holds something else.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Promise<Found>}
 */
export async function readParquet(buffer) {
  const metadata = await unharmed(async () => parquetMetadata(buffer));
  const names = namesOf(metadata);
  const columns = metadata.row_groups.flatMap((group) => group.columns.map(({ meta_data }) => meta_data));
  const other = columns.find((column) => column && !COMPRESSIONS.includes(column.codec));
  if (other)
    throw new Error(`Its columns are compressed with ${other.codec}; the page reads ${COMPRESSIONS.join(' and ')}.`);
  const size = columns.reduce((sum, column) => sum + Number(column?.total_uncompressed_size ?? 0), 0);
  if (size > MOST)
    throw new Error(`It has ${Math.round(size / 1e6)} MB unpacked; the page reads up to ${MOST / 1e6} MB.`);
  const rows = await unharmed(() => parquetReadObjects({ file: buffer, metadata }));
  const sorted = rows.map((row) => ({ row, step: stepOf(row) })).sort((a, b) => a.step - b.step);
  const once = sorted.filter(({ step }, i) => i === 0 || step > sorted[i - 1].step);
  const label = 'network';
  const steps = once.map(({ row, step }) => eventOf(row, step, names));
  return { run: { label, names }, schema: schemaOf(label, names), steps, lost: 0 };
}

/**
 * Have the library read the file: it throws many things where bytes are not as they should be.
 *
 * @template T
 * @param {() => Promise<T>} read
 * @returns {Promise<T>}
 */
async function unharmed(read) {
  try {
    return await read();
  } catch (error) {
    throw new Error(`This Parquet is damaged, or not whole: ${error instanceof Error ? error.message : error}.`);
  }
}

/** The names that its columns are aligned to. @param {Metadata} metadata @returns {Aligned} */
function namesOf({ key_value_metadata: pairs = [] }) {
  const texts = new Map(pairs.map(({ key, value }) => [key, value ?? '']));
  const list = (/** @type {string} */ name) => JSON.parse(texts.get(name) ?? '[]');
  try {
    if (!texts.has('taps')) throw new Error(FOREIGN);
    const [taps, weights, blocks] = ['taps', 'weights', 'blocks'].map(list);
    const aligned = (/** @type {string} */ name, /** @type {string[]} */ to) =>
      list(name).length === to.length ? list(name) : [];
    const names = { taps, weights, blocks, kinds: aligned('kinds', taps), junctions: aligned('junctions', blocks) };
    if (areNames(names)) return names;
  } catch {
    // said below
  }
  throw new Error(FOREIGN);
}

/** @param {Row} row */
function stepOf({ step }) {
  const number = Number(step);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(FOREIGN);
  return number;
}

/** @param {Row} row @param {number} step @param {Aligned} names */
function eventOf(row, step, names) {
  const columns = measuresOf(names).map(({ measure, size }) => {
    const column = row[measure] ?? [];
    if (!Array.isArray(column) || column.length !== size)
      throw new Error(`Its ${measure} at step ${step} is no list of ${size} numbers, as there are names.`);
    return [measure, column.map((value) => wireOf(value, measure))];
  });
  const dropped = /** @type {string[]} */ (Array.isArray(row.dropped) ? row.dropped.map(String) : []);
  const values = /** @type {Values} */ (Object.fromEntries(columns));
  const own = { loss: null, logged: {}, dropped, notes: [], gradient: gradientOf(row.gradient), values };
  return { step, elapsed: 0, lr: null, variants: [own] };
}

/** @param {unknown} text JSON; tables that were written before there was one have none */
function gradientOf(text) {
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(FOREIGN);
  }
}

/** @param {unknown} value @param {string} measure @returns {WireNumber|null} */
function wireOf(value, measure) {
  if (value === null || value === undefined) return null;
  const number = Number(value);
  return wordOf(COUNTS.includes(measure) ? number : Number(number.toPrecision(DIGITS)));
}
