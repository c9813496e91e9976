// What several tests read: the summaries that the model's test writes, and golden files that tests hold.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

export { netOf, probeOf } from './probe.js';

const FOLDER = new URL('../golden/', import.meta.url);

export const SUMMARIES = JSON.parse(readFileSync(new URL('summaries.json', FOLDER), 'utf8'));

/** Small networks of every kind of block. */
export const KINDS = JSON.parse(readFileSync(new URL('kinds.json', FOLDER), 'utf8'));

/** The presets, and what the model finds among them. */
export const { presets: PRESETS, searches: SEARCHES } = JSON.parse(
  readFileSync(new URL('presets.json', FOLDER), 'utf8'),
);

/** The events of the run that a worker recorded for both halves. */
export const RUN = readFileSync(new URL('run.jsonl', FOLDER), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** What a network did in a step, from its probe. */
export const didOf = ({ loss, accuracy, test_accuracy, dropped, findings, net, values }) =>
  structuredClone({ loss, accuracy, test_accuracy, dropped, findings, net, values });

/** The networks drawn as they are wanted, whatever the numbers were measured of. */
export const asWanted = (state) => ({ ...state, measured: null });

/** A number as a golden file has it: to a tenth, or to four digits where it is small. */
const rounded = (value) =>
  Number.isInteger(value) ? value : Math.abs(value) >= 1 ? Math.round(value * 10) / 10 : Number(value.toPrecision(4));
const roundedText = (text) => text.replaceAll(/-?\d+\.\d{2,}/g, (number) => String(rounded(Number(number))));

/** A part of a golden file: numbers rounded, and a list of like things as a text a property. */
function written(value) {
  if (typeof value === 'number') return Number.isFinite(value) ? rounded(value) : String(value);
  if (typeof value === 'string') return roundedText(value);
  if (Array.isArray(value)) {
    if (value.length > 3 && value.every((one) => one !== null && typeof one === 'object' && !Array.isArray(one))) {
      const names = [...new Set(value.flatMap((one) => Object.keys(one)))];
      return Object.fromEntries(
        names.map((name) => [`${name} of ${value.length}`, runs(value.map((one) => written(one[name])))]),
      );
    }
    return value.length > 8 ? runs(value.map(written)) : value.map(written);
  }
  return value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one)]))
    : value;
}

/** A list as text, what repeats told once. */
function runs(list) {
  const found = [];
  for (const one of list) {
    const text = typeof one === 'object' ? JSON.stringify(one) : String(one);
    const last = found.at(-1);
    if (last?.text === text) last.count += 1;
    else found.push({ text, count: 1 });
  }
  return found.map(({ text, count }) => (count > 1 ? `${count}* ${text}` : text)).join(' | ');
}

/** Compare with a golden file, one line a part; SKIPSCOPE_UPDATE_GOLDEN=1 writes it anew. */
export function holds(name, parts) {
  const file = new URL(name, FOLDER);
  const text = `{\n${Object.entries(parts)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(written(value))}`)
    .join(',\n')}\n}\n`;
  if (process.env.SKIPSCOPE_UPDATE_GOLDEN) writeFileSync(file, text);
  assert.deepEqual(
    JSON.parse(text),
    JSON.parse(readFileSync(file, 'utf8')),
    `${name} differs; SKIPSCOPE_UPDATE_GOLDEN=1 writes it anew`,
  );
}
