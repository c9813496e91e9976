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

test('one tab does not lose what another has written', () => {
  const { storage } = shelf();
  const [one, other] = [notebookOf(storage), notebookOf(storage)];
  one.write('problem', 1, { chosen: 0 });
  other.write('identity', 1, { chosen: 1 });
  one.forget('problem', 2);
  assert.deepEqual(Object.keys(notebookOf(storage).pages()), ['problem', 'identity']);
});

test('everything is forgotten at once, and what is stored is the notebook alone', () => {
  const { kept, storage } = shelf();
  const notebook = notebookOf(storage);
  notebook.write('problem', 1, { chosen: 0 });
  assert.equal(notebook.lasts(), true);
  notebook.clear();
  assert.equal(kept.text, '{}');
  assert.deepEqual(notebook.pages(), {});
});

test('a chapter of which nothing is left is none', () => {
  const notebook = notebookOf(shelf().storage);
  notebook.write('problem', 1, { chosen: 0 });
  notebook.forget('problem', 1);
  assert.deepEqual(notebook.pages(), {});
});

for (const text of ['null', '[]', '3', '{"problem": null}', '{"problem": {"1": 7}}'])
  test(`${text} is an empty notebook`, () => {
    const notebook = notebookOf(shelf(text).storage);
    assert.equal(notebook.answered('problem'), 0);
    notebook.write('problem', 1, { chosen: 0 });
    assert.equal(notebook.answered('problem'), 1);
  });

test('it says whether the browser stores it', () => {
  const denied = notebookOf(() => {
    throw new DOMException('denied');
  });
  assert.equal(denied.lasts(), false);
  denied.write('problem', 1, { chosen: 0 });
  denied.write('problem', 2, { chosen: 0 });
  assert.equal(denied.answered('problem'), 2);
});

test('a puzzle is answered when it is solved', () => {
  const notebook = notebookOf(shelf().storage);
  notebook.write('puzzle', 2, { tries: [{ learnt: false }] });
  assert.equal(notebook.answered('puzzle'), 0);
  notebook.write('puzzle', 2, { tries: [{ learnt: false }, { learnt: true }] });
  assert.equal(notebook.answered('puzzle'), 1);
});
