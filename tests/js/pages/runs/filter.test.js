import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagsOf } from '../../../../static/js/pages/runs/annotate.js';
import { ALL, filterOf, isAll, queryOf } from '../../../../static/js/pages/runs/filter.js';

test('which runs are listed is an address, and back', () => {
  const filter = { q: 'no norm', state: 'done', tag: 'lesson 2', experiment: 'ab12', mine: true };
  const query = new URLSearchParams(queryOf(filter));
  assert.equal(String(query), 'q=no+norm&state=done&tag=lesson+2&experiment=ab12&mine=true');
  assert.deepEqual(filterOf(query), filter);
  assert.deepEqual([queryOf(ALL), filterOf(new URLSearchParams()), isAll(ALL), isAll(filter)], [[], ALL, true, false]);
});

test('a state that there is not is left out', () => {
  assert.deepEqual(filterOf(new URLSearchParams('state=gone')), ALL);
});

test('tags are words between commas', () => assert.deepEqual(tagsOf(' lesson 2,, no norm ,'), ['lesson 2', 'no norm']));
