import assert from 'node:assert/strict';
import test from 'node:test';
import { notebookOf } from '../../../../static/js/pages/learn/notebook.js';

const shelf = (text = null) => {
  const kept = { text };
  const setItem = (_key, next) => {
    kept.text = next;
  };
  return { kept, storage: () => ({ getItem: () => kept.text, setItem }) };
};

test('what is written is there when the page is opened again', () => {
  const { storage } = shelf();
  notebookOf(storage).write('problem', 2, { drawn: [-1], sure: 3 });
  const again = notebookOf(storage);
  again.write('problem', 2, { seen: 1 });
  assert.deepEqual(notebookOf(storage).read('problem', 2), { drawn: [-1], sure: 3, seen: 1 });
  assert.deepEqual(again.read('problem', 1), {});
  assert.equal(again.answered('problem'), 1);
});

test('a step is forgotten, or a chapter, and no other', () => {
  const { storage } = shelf();
  const notebook = notebookOf(storage);
  for (const [lesson, step] of [
    ['problem', 1],
    ['problem', 2],
    ['identity', 1],
  ])
    notebook.write(lesson, step, { chosen: 0 });
  notebook.forget('problem', 1);
  assert.deepEqual([notebook.answered('problem'), notebook.answered('identity')], [1, 1]);
  notebook.forget('problem', null);
  assert.deepEqual([notebookOf(storage).answered('problem'), notebookOf(storage).answered('identity')], [0, 1]);
});

test('a step that was only looked at has no answer', () => {
  const notebook = notebookOf(shelf().storage);
  notebook.write('problem', 1, { passed: true });
  assert.equal(notebook.answered('problem'), 0);
});

test('storage that is denied, or is not ours, is an empty notebook', () => {
  const denied = notebookOf(() => {
    throw new DOMException('denied');
  });
  denied.write('problem', 1, { chosen: 1 });
  assert.equal(denied.answered('problem'), 1);
  assert.equal(notebookOf(shelf('not JSON').storage).answered('problem'), 0);
});
