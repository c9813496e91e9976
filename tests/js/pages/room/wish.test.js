import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  experimentWish,
  isPrepared,
  secondsOf,
  taskOf,
  timed,
  timesText,
} from '../../../../static/js/pages/room/wish.js';

/** @param {Record<string, string>} fields */
const form = (fields) => {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
};
const AXIS = { low: '-15', high: '3' };

test('a drawn profile names its network, quantity and points, and no truth', () => {
  const fields = {
    kind: 'profile',
    measured: 'net=plain56',
    quantity: 'gradient_rms',
    points: '6',
    truth: '1',
    ...AXIS,
  };
  assert.deepEqual(taskOf(form({ title: 'Draw', sentence: 'plain-56', ...fields })), {
    title: 'Draw',
    text: 'plain-56',
    question: {
      kind: 'profile',
      text: 'Draw',
      low: -15,
      high: 3,
      measured: 'net=plain56',
      quantity: 'gradient_rms',
      points: 6,
    },
  });
});

test('a number is told with its unit, or measured at a block', () => {
  const told = {
    kind: 'number',
    words: 'How many?',
    known: 'told',
    axis: 'parameters',
    unit: 'millions',
    truth: '0,85',
  };
  assert.deepEqual(taskOf(form({ title: 'x', ...told, ...AXIS })), {
    title: 'x',
    question: { kind: 'number', text: 'How many?', low: -15, high: 3, axis: 'parameters', unit: 'millions' },
    truth: 0.85,
  });
  const measured = {
    kind: 'number',
    known: 'measured',
    measured: 'net=plain56',
    quantity: 'activation_rms',
    block: '9',
  };
  const { question } = /** @type {any} */ (taskOf(form({ title: 'x', ...measured, ...AXIS })));
  assert.deepEqual([question.measured, question.quantity, question.at], ['net=plain56', 'activation_rms', [9]]);
});

test('a choice has a line for each option', () => {
  const task = taskOf(form({ title: 'x', kind: 'choice', options: 'a\n b ;c\n', truth: 'b', address: '/lab' }));
  const question = { kind: 'choice', text: 'x', options: ['a', 'b', 'c'] };
  assert.deepEqual(task, { title: 'x', address: '/lab', question, truth: 'b' });
});

test('times belong to a task, of Learn or not, and are said', () => {
  const seconds = secondsOf(form({ 'seconds-predict': '60', 'seconds-discuss': '90', 'seconds-reveal': '' }));
  assert.deepEqual(seconds, { predict: 60, discuss: 90 });
  const lesson = timed({ lesson: { lesson: 'problem', step: 1 } }, seconds);
  assert.deepEqual(lesson, { lesson: { lesson: 'problem', step: 1, seconds } });
  assert.equal(timesText(lesson), 'predict 1:00, discuss 1:30');
  const task = timed({ task: { title: 'x', seconds } }, {});
  assert.deepEqual([task, timesText(task)], [{ task: { title: 'x' } }, '']);
});

test('an experiment is a task of its address', () => {
  const wish = experimentWish({ title: 'How long?', why: 'w'.repeat(500), address: '/lab?kind=paths' });
  const { title, text, address } = /** @type {any} */ (wish.task);
  assert.deepEqual([title, text.length, address], ['How long?', 400, '/lab?kind=paths']);
  assert.ok(isPrepared({ title, wish }));
  for (const one of [null, 1, {}, { title: 1, wish }, { title, wish: {} }, { title, wish: null }])
    assert.equal(isPrepared(one), false);
});
