/**
 * @file Learn: the list of chapters, a chapter whose step is in the address, the reader's notebook; or a document,
 *   which is read alone.
 */
import { serverOf } from '../sources/server.js';
import { need } from '../view/dom.js';
import { mountHelp } from '../view/help/help.js';
import { mountThemeButton } from '../view/theme.js';
import { mountLesson } from './learn/lesson.js';
import { mountList } from './learn/list.js';
import { notebookOf } from './learn/notebook.js';
import { mountNotesPage } from './learn/notespage.js';

mountThemeButton(need('theme'));
mountHelp(need('help'));
const first = JSON.parse(need('first').textContent ?? '');
const notebook = notebookOf();
if ('notes' in first) mountNotesPage(document.documentElement, first.notes, notebook);
else if ('chapters' in first) mountList(document.documentElement, first.chapters, notebook);
else if ('scripted' in document.documentElement.dataset && 'steps' in first)
  mountLesson(document.documentElement, serverOf(), { first, notebook });
else document.documentElement.dataset.state = 'ready';
