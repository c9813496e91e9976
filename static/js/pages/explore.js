/**
 * @file Explore: a laboratory on the whole document, whose address is the page's. Back and forward step through
 *   networks, settings and runs.
 */
import { serverOf } from '../sources/server.js';
import { need } from '../view/dom.js';
import { mountHelp } from '../view/help/help.js';
import { mount } from '../view/laboratory.js';
import { mountThemeButton } from '../view/theme.js';
import { createShare } from './room/share.js';

mountThemeButton(need('theme'));
// in a frame it is the host's page that a member follows: no network of theirs, and no first visit
const isFramed = window.top !== window;
const share = isFramed ? () => {} : createShare();
share(location.search);
const laboratory = mount(document.documentElement, serverOf(), {
  first: JSON.parse(need('first').textContent ?? ''),
  address: location.search,
  explains: true,
  onAddress: (query, isStep) => {
    const address = `${location.pathname}${query}${location.hash}`;
    if (isStep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    share(query);
  },
});
mountHelp(need('help'), isFramed ? [] : JSON.parse(need('tour').textContent ?? ''));
addEventListener('popstate', () => void laboratory.update({ address: location.search }));
