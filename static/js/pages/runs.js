/** @file The page of all runs; which are compared is in its address. */
import { serverOf } from '../sources/server.js';
import { need } from '../view/dom.js';
import { mountThemeButton } from '../view/theme.js';
import { mountRuns } from './runs/listing.js';

mountThemeButton(need('theme'));
mountRuns(document.documentElement, serverOf(), {
  first: /** @type {import('../wire').RunPage} */ (JSON.parse(need('first').textContent ?? '')),
  compared: new URLSearchParams(location.search).getAll('compare'),
  onCompare: (ids) => {
    const query = new URLSearchParams(ids.map((id) => ['compare', id]));
    history.replaceState(null, '', `${location.pathname}${ids.length > 0 ? `?${query}` : ''}`);
  },
});
