// The words that fit a search, and when the tour is due.
import assert from 'node:assert/strict';
import test from 'node:test';
import { findTerms } from '../../../../static/js/view/help/search.js';
import { isTourDue } from '../../../../static/js/view/help/visit.js';

const term = (name, also, says) => ({ name: name.toLowerCase(), term: name, also, says, more: null, chapter: null });
const TERMS = [
  term('Branch ratio', ['F(x) : x'], 'One over the other.'),
  term('Gradient', ['∂L/∂x', 'derivative'], 'The change of the loss.'),
  term('Loss', ['L'], 'One number.'),
  term('RMS', ['root mean square'], 'The size.'),
  term('Update ratio', [], 'The update over the weight.'),
];
const found = (text) => findTerms(TERMS, text).map((one) => one.term);

test('all terms fit an empty search', () => {
  assert.equal(found('  ').length, TERMS.length);
});

test('names come before other names, and these before texts', () => {
  assert.deepEqual(found('ratio'), ['Branch ratio', 'Update ratio']);
  assert.deepEqual(found('loss'), ['Loss', 'Gradient']);
  assert.deepEqual(found('ROOT'), ['RMS']);
  assert.deepEqual(found('∂L/∂x'), ['Gradient']);
  assert.deepEqual(found('nothing'), []);
});

test('the tour is due at the first visit alone, and never on a worksheet', () => {
  const due = (search, hash, known) => isTourDue({ search, hash }, () => known);
  assert.equal(due('', '', null), true);
  assert.equal(due('?net=resnet20', '', null), true);
  assert.equal(due('', '', 'seen'), false);
  assert.equal(due('?hide=controls', '', null), false);
  assert.equal(due('?hide=', '', null), false);
  assert.equal(due('?hide=controls', '#tour', null), true, 'somebody asks for it');
  assert.equal(due('', '#tour', 'seen'), true);
  assert.equal(due('', '', 'denied'), false);
});
