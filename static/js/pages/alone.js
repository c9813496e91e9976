/**
 * @file A page without a server, which is one file: the run that it replays, or networks to look at.
 */
import { drawableOf } from '../sources/foreign.js';
import { NEEDLESS, recordingOf } from '../sources/recording.js';
import { need } from '../view/dom.js';
import { mount } from '../view/laboratory.js';
import { mountThemeButton } from '../view/theme.js';

/** Of networks of which nothing was measured. */
const STRUCTURE = ['legend', 'diagram', 'details'];

const given = JSON.parse(need('first').textContent ?? '');
const drawable = given.recording ? drawableOf(given, given.recording.events) : null;
const first = drawable?.first ?? given;
/** @type {import('../wire').RecordingView|null} */
const recording = drawable ? { ...drawable.first.recording, events: drawable.translate(given.recording.events) } : null;

mountThemeButton(need('theme'));
mount(document.documentElement, recordingOf(recording), {
  first,
  address: location.search,
  hide: NEEDLESS,
  ...(recording ? { run: recording.run.id, parts: drawable?.parts ?? null } : { parts: STRUCTURE }),
});
