import assert from 'node:assert/strict';
import test from 'node:test';
import { fileOf } from '../../../../static/js/pages/learn/saving.js';

test('the file has its text and styles in it, and no script', () => {
  const text = fileOf({ body: '<p>1</p>', css: 'p { content: "</style>"; }', day: '30 November 2026' });
  assert.match(text, /^<!doctype html>\n<html lang="en">/);
  assert.match(text, /<title>My notebook · Skipscope, 30 November 2026<\/title>/);
  assert.equal(text.match(/<\/style>/g).length, 1, 'a style does not end early');
  assert.doesNotMatch(text, /<script|https?:|src=|href=/);
});
