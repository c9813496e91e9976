import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { HIDDEN, refusedOf } from '../../../../static/js/view/state/linked.js';
import { initialState } from '../../../../static/js/view/state/state.js';

const { settings } = initialState();
const said = (search) => refusedOf(search, settings, ['lr', 'norm']);

test('what can be had is not spoken of', () => {
  const whole =
    '?net=resnet20,norm:none,cut:1-2&net=plain20&lr=0.02&dataset=digits&nesterov=true&clip_norm=null&image_size=16' +
    '&quantity=activation&theory=1&view=trunk&scale=block&lock=-6..0&brush=3-20&select=1:layer1.0&speed=4&run=a1' +
    '&step=7&hide=lr,presets,branch&letters=BA&utm_source=mail&fbclid=x';
  assert.deepEqual(said(whole), []);
  assert.deepEqual(said(''), []);
});

test('what a link asks for and cannot have is said by name and value', () => {
  for (const [search, words] of [
    ['?lr=abc', /^lr=abc: it is no number/],
    ['?steps=', /^steps=: it is no number/],
    ['?nesterov=maybe', /^nesterov=maybe: it is no true or false/],
    ['?hide=presets,prests', /^hide=prests: nothing has that name\. Did you mean presets\?/],
    ['?hide=zzzzzz', /^hide=zzzzzz: nothing has that name\.$/],
    ['?stesp=4', /^stesp=4: nothing on this page has that name\. Did you mean step/],
    ['?quantity=heat', /^quantity=heat: this makes no sense/],
    ['?step=first', /^step=first/],
    ['?view=side', /^view=side/],
    ['?lock=1', /^lock=1/],
    ['?net=resnet20,cut', /^cut in resnet20,cut: it has no value/],
  ]) {
    const found = said(search);
    assert.equal(found.length, 1, search);
    assert.match(found[0], words);
  }
});

test('a fifth network and those after it are named', () => {
  const nets = ['a', 'b', 'c', 'd', 'resnet20', 'plain20'].map((net) => `net=${net}`).join('&');
  assert.deepEqual(said(`?${nets}`), ['Network 5, resnet20: a page shows 4.', 'Network 6, plain20: a page shows 4.']);
});

test('a hostile name is cut short', () => {
  for (const one of said(`?${'x'.repeat(30)}=${'y'.repeat(5000)}&hide=${'z'.repeat(5000)}&lr=${'1e'.repeat(3000)}`))
    assert.ok(one.length < 200, one);
});

test('the names that can be hidden are those that the document lists', () => {
  const text = readFileSync(new URL('../../../../docs/workshop.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('| name in `hide=`')).split('\n\n')[0];
  const listed = [...table.slice(table.indexOf('\n')).matchAll(/^ *\| (`[^|]+) \|/gm)].flatMap(([, names]) =>
    names.match(/\w+/g),
  );
  assert.deepEqual(listed.toSorted(), HIDDEN.toSorted());
});
