import assert from 'node:assert/strict';
import test from 'node:test';
import { dayOf, lossOf, notesOf } from '../../../../static/js/pages/learn/notes.js';

const option = (text, holds = false) => ({ text, says: `You said ${text}.`, holds });
const NOTHING = { draw: null, choose: null, seen: null, transfer: null, puzzle: null, says: null, reading: null };
const CHAPTERS = [
  {
    name: 'problem',
    title: 'The problem',
    steps: [
      {
        ...NOTHING,
        title: 'How small?',
        figure: { show: 'profile', low: -15, high: 1, block: 1, names: [], caption: 'plain-56.' },
        draw: { question: 'How much arrives?', at: [1], beliefs: [{ above: 0.01, says: 'A small loss.' }] },
        seen: { question: 'What did you see?', options: [option('a factor', true), option('a step')] },
        transfer: { question: 'And with Kaiming?', options: [option('0.1'), option('10⁻⁵', true)] },
        says: 'plain-56: the gradient at block 1 is small',
        reading: {
          label: 'plain-56',
          blocks: ['layer1.0', 'layer1.1'],
          skips: [false, false],
          made: {},
          run: null,
          gradient: [1e-13, 1],
          activation: [1, 1],
          residual: [null, null],
          identity: [null, null],
        },
      },
      {
        ...NOTHING,
        title: 'Why?',
        figure: { show: 'training' },
        choose: { question: 'Which?', options: [option('this'), option('that', true)] },
      },
    ],
  },
  { name: 'puzzle', title: 'The puzzle', steps: [{ ...NOTHING, title: 'Two', puzzle: { text: 'Do it.', most: 2 } }] },
];
const texts = (note, label) => note.rows.filter((row) => row.label === label).map(({ text }) => text);

test('a prediction stands beside the measurement, with its distance', () => {
  const entry = { drawn: [-1], sure: 4, seen: 1, transfer: 1, found: '10⁻⁵ at block 1, over block 27' };
  const measured = { says: 'plain-56: 1.4×10⁻¹³', values: [-12.85], on: '2026-11-30' };
  const [chapter] = notesOf(CHAPTERS, { problem: { 1: { ...entry, measured } } });
  assert.deepEqual([chapter.title, chapter.steps, chapter.notes.length], ['The problem', 2, 1]);
  const [note] = chapter.notes;
  assert.deepEqual(texts(note, 'You predicted'), ['0.1 at block 1']);
  assert.deepEqual(texts(note, 'How sure'), ['4 of 5']);
  assert.deepEqual(texts(note, 'About it'), ['A small loss.']);
  assert.deepEqual(texts(note, 'Measured'), [
    'plain-56: 1.4×10⁻¹³ (on this server, 30 November 2026)',
    '10⁻⁵ at block 1, over block 27.',
  ]);
  assert.match(texts(note, 'Apart')[0], /block 1: 1.4×10⁻¹³, 11.9 powers of ten from yours/);
  assert.deepEqual(texts(note, 'You saw'), ['a step. You said a step.']);
  assert.deepEqual(texts(note, 'Then'), ['And with Kaiming?']);
  assert.deepEqual(note.picture.prediction, { at: [1], logs: [-1] });
  assert.equal(note.picture.reading.gradient[0], 1e-13);
});

test('the recording stands in for a measurement that was not made, and says so', () => {
  const [{ notes }] = notesOf(CHAPTERS, { problem: { 1: { drawn: [-1] } } });
  assert.deepEqual(texts(notes[0], 'Measured'), ['plain-56: the gradient at block 1 is small (recorded)']);
  assert.deepEqual(texts(notes[0], 'How sure'), ['not said']);
  assert.deepEqual(texts(notes[0], 'Apart'), []);
});

test('answers that a changed chapter does not have any more are left out', () => {
  const [{ notes }] = notesOf(CHAPTERS, { problem: { 1: { drawn: [-1, -2] }, 2: { chosen: 7 }, 9: { chosen: 0 } } });
  assert.deepEqual(
    notes.map(({ number }) => number),
    [1, 2],
  );
  assert.equal(notes[0].picture, null);
  assert.deepEqual(texts(notes[1], 'You predicted'), []);
});

test('a step that was only looked at says so, and an empty one is none', () => {
  const [{ notes }] = notesOf(CHAPTERS, { problem: { 1: {}, 2: { passed: true } } });
  assert.deepEqual(
    notes.map(({ number }) => number),
    [2],
  );
  assert.match(texts(notes[0], 'You predicted')[0], /looked at the figure first/);
  assert.deepEqual(notesOf(CHAPTERS, { other: { 1: { chosen: 0 } } }), []);
});

test('tries are notes, and all that would be lost is counted', () => {
  const tries = [
    { changes: { Skips: 'all' }, learnt: true },
    { changes: {}, learnt: false },
  ];
  const pages = { problem: { 1: { chosen: 0 }, 2: { passed: true } }, puzzle: { 1: { tries } } };
  assert.equal(notesOf(CHAPTERS, pages)[1].notes[0].tries.length, 2);
  assert.equal(lossOf(pages), '2 answered steps and 2 tries');
  assert.equal(lossOf(pages, 'problem'), '1 answered step');
});

test('a day is written out', () => {
  assert.equal(dayOf('2026-11-30'), '30 November 2026');
  assert.equal(dayOf('yesterday'), 'yesterday');
});

test('the question on an earlier chapter comes first in the notes of the first step, answered or not beside it', () => {
  const recall = { question: 'What multiplies?', options: [option('weights'), option('factors', true)] };
  const [problem, puzzle] = CHAPTERS;
  const [chapter] = notesOf([{ ...problem, recall }, puzzle], { problem: { 1: { recall: 1 } } });
  const [note] = chapter.notes;
  assert.deepEqual([note.number, note.done, note.picture], [1, false, null]);
  assert.deepEqual(
    note.rows.map(({ label, text }) => [label, text]),
    [
      ['Earlier', 'What multiplies?'],
      ['You remembered', 'factors. You said factors.'],
    ],
  );
  assert.deepEqual(notesOf([{ ...problem, recall }], { problem: { 2: { chosen: 1 } } })[0].notes.length, 1);
});
