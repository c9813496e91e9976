/**
 * @file Explore: a laboratory on the whole document, whose address is the page's.
 */
import { NEEDLESS, recordingOf } from '../sources/recording.js';
import { serverOf } from '../sources/server.js';
import { mount } from '../view/laboratory.js';
import { need } from '../view/dom.js';
import { mountThemeButton } from '../view/theme.js';

/** @type {import('../wire').FirstView} */
const first = JSON.parse(need('first').textContent ?? '');
const { recording } = first;

mountThemeButton(need('theme'));
mount(document.documentElement, recording ? recordingOf(recording) : serverOf(), {
  first,
  address: location.search,
  onAddress: (query) => history.replaceState(null, '', `${location.pathname}${query}${location.hash}`),
  ...(recording ? { run: recording.run.id, hide: NEEDLESS } : {}),
});
