/**
 * @file A page without a server, which is one file: the run that it replays, or networks to look at.
 */
import { NEEDLESS, recordingOf } from '../sources/recording.js';
import { need } from '../view/dom.js';
import { mount } from '../view/laboratory.js';
import { mountThemeButton } from '../view/theme.js';

/** Of networks of which nothing was measured. */
const STRUCTURE = ['legend', 'diagram', 'details'];

const first = JSON.parse(need('first').textContent ?? '');
const { recording = null } = first;

mountThemeButton(need('theme'));
mount(document.documentElement, recordingOf(recording), {
  first,
  address: location.search,
  hide: NEEDLESS,
  ...(recording ? { run: recording.run.id } : { parts: STRUCTURE }),
});
