/**
 * @file Explore: a laboratory on the whole document, whose address is the page's.
 */
import { serverOf } from '../sources/server.js';
import { need } from '../view/dom.js';
import { mount } from '../view/laboratory.js';
import { mountThemeButton } from '../view/theme.js';

mountThemeButton(need('theme'));
mount(document.documentElement, serverOf(), {
  first: JSON.parse(need('first').textContent ?? ''),
  address: location.search,
  onAddress: (query) => history.replaceState(null, '', `${location.pathname}${query}${location.hash}`),
});
