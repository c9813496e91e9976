/** @file The Lab, whose address is the page's: back and forward step through experiments. */
import { experimentsOf } from '../sources/experiments.js';
import { serverOf } from '../sources/server.js';
import { need } from '../view/dom.js';
import { mountHelp } from '../view/help/help.js';
import { mountThemeButton } from '../view/theme.js';
import { mountLab } from './lab/lab.js';

mountThemeButton(need('theme'));
mountHelp(need('help'));
const sources = { source: serverOf(), experiments: experimentsOf() };
const lab = mountLab(document.documentElement, sources, {
  first: JSON.parse(need('first').textContent ?? ''),
  address: location.search,
  onAddress: (query, isStep) => {
    const address = `${location.pathname}${query}`;
    if (isStep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  },
});
addEventListener('popstate', () => void lab.update(location.search));
