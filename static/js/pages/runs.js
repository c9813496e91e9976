/** @file The page of all runs; which are compared and listed is in its address. */
import { serverOf } from '../sources/server.js';
import { need } from '../view/dom.js';
import { mountHelp } from '../view/help/help.js';
import { mountThemeButton } from '../view/theme.js';
import { filterOf } from './runs/filter.js';
import { mountRuns } from './runs/listing.js';

mountThemeButton(need('theme'));
mountHelp(need('help'));
mountRuns(document.documentElement, serverOf(), {
  first: /** @type {import('../wire').RunPage} */ (JSON.parse(need('first').textContent ?? '')),
  compared: new URLSearchParams(location.search).getAll('compare'),
  filter: filterOf(new URLSearchParams(location.search)),
  onOpen: (id) => location.assign(`/?${new URLSearchParams({ run: id })}`),
  onAddress: (parts) => {
    const query = new URLSearchParams(parts);
    history.replaceState(null, '', `${location.pathname}${parts.length > 0 ? `?${query}` : ''}`);
  },
});
