import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPresets } from '../../../../static/js/view/controls/presetsearch.js';
import { PRESETS, SEARCHES } from '../../golden.js';

const found = (text) => findPresets(PRESETS, text).map(({ name }) => name);

test('a name finds on the page what it finds on the command line, in the same order', () => {
  for (const [text, names] of Object.entries(SEARCHES))
    assert.deepEqual(found(text).slice(0, names.length), names, text);
  assert.equal(found(' resnet_50 ')[0], 'resnet50');
});

test('after names come family, line and paper; without a letter all are there', () => {
  assert.ok(found('wide').includes('wrn_16_4'));
  assert.ok(found('1603.05027').includes('preact_resnet110'));
  assert.deepEqual(found('no such network'), []);
  assert.deepEqual(found(' '), found(''));
  assert.equal(found('').length, PRESETS.length);
});
