/** @file No name that only programs use stands in what a student reads. */
import assert from 'node:assert/strict';
import test from 'node:test';

import { inWords, problemWords } from '../../../../static/js/view/state/words.js';

const FIELDS = [
  { name: 'batch_size', label: 'Batch size' },
  { name: 'clip_norm', label: 'Gradient clipping' },
  { name: 'widths', label: 'Widths' },
  { name: 'norm', label: 'Normalisation' },
];

test('a field is called as it is on the page', () => {
  assert.equal(
    inWords('batch_size=64: this needs 8 GB. Use batch_size 7 or less.', FIELDS),
    'Batch size 64: this needs 8 GB. Use batch size 7 or less.',
  );
  assert.equal(
    inWords('variants.1.norm="bacth": did you mean batch?', FIELDS),
    'Normalisation "bacth": did you mean batch?',
  );
  assert.equal(inWords('widths.0=0: give 1 or more.', FIELDS), 'Widths 0: give 1 or more.');
  assert.equal(inWords('lower lr, or set clip_norm', FIELDS), 'lower lr, or set gradient clipping');
});

test('what is no field stays as it is', () => {
  assert.equal(inWords('state=paused: no_such_thing', FIELDS), 'state=paused: no_such_thing');
  assert.equal(inWords('', FIELDS), '');
});

test('a remedy is said once, as a sentence', () => {
  assert.equal(
    problemWords({ detail: 'widths=[]: give at least one stage.', remedy: 'give at least one stage' }, FIELDS),
    'Widths []: give at least one stage.',
  );
  assert.equal(
    problemWords({ detail: 'There is no run.', remedy: 'look for it in the list of runs' }, []),
    'There is no run. Look for it in the list of runs.',
  );
  assert.equal(problemWords({ title: 'Not valid' }, []), 'Not valid');
});
