// Which room of the front end may import which: the pure part knows nothing of the rest.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../static/js/', import.meta.url));
const MAY = {
  figure: ['figure'],
  sources: ['sources', 'figure'],
  view: ['view', 'sources', 'figure'],
  pages: ['pages', 'view', 'sources', 'figure'],
};
/** Libraries, each by the one module that uses it and is loaded when it is wanted. */
const LIBRARIES = ['sources/parquet.js ../vendor/hyparquet.min.js'];
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
const roomOf = (path) => path.split('/')[0];
const importsOf = (name) =>
  [
    ...readFileSync(resolve(ROOT, name), 'utf8').matchAll(
      /^(?:import|export)\b(?:[^'";]*\sfrom)?\s*['"](\.[^'"]+)['"]/gm,
    ),
  ].map(([, path]) => relative(ROOT, resolve(ROOT, dirname(name), path)));

test('every module lives in a room', () => {
  assert.deepEqual([...new Set(files.map(roomOf))].sort(), Object.keys(MAY).sort());
});

test('imports run one way', () => {
  const wrong = files.flatMap((name) =>
    importsOf(name)
      .filter((path) => !MAY[roomOf(name)].includes(roomOf(path)) && !LIBRARIES.includes(`${name} ${path}`))
      .map((path) => `${name} imports ${path}`),
  );
  assert.deepEqual(wrong, []);
});

test('what draws figures knows no document', () => {
  const knowing = files.filter(
    (name) =>
      roomOf(name) === 'figure' &&
      /\b(document|window|localStorage|globalThis)\./.test(readFileSync(resolve(ROOT, name), 'utf8')),
  );
  assert.deepEqual(knowing, []);
});

test('no module holds state', () => {
  const held = files.filter((name) =>
    /^(?:export )?(?:let|var) |^(?:export )?const \w+ = new (?:Weak)?(?:Map|Set)\(\)/m.test(
      readFileSync(resolve(ROOT, name), 'utf8'),
    ),
  );
  assert.deepEqual(held, []);
});

test('a view names no element of the whole document', () => {
  const naming = files.filter(
    (name) =>
      roomOf(name) === 'view' &&
      /\b(getElementById|need)\(|\bid: '|document\.querySelector/.test(readFileSync(resolve(ROOT, name), 'utf8')),
  );
  assert.deepEqual(naming, ['view/dom.js'], 'the pages find theirs by need()');
});

test('no line is longer than 120 characters', () => {
  const long = files.flatMap((name) =>
    readFileSync(resolve(ROOT, name), 'utf8')
      .split('\n')
      .flatMap((line, i) => (line.length > 120 ? [`${name}:${i + 1}`] : [])),
  );
  assert.deepEqual(long, []);
});
