/** @file The notebook as one file: its text and pictures with the page's styles, no script, no link to a server. */
import { h } from '../../view/dom.js';

/** So long a file's address is kept for the browser to read it, in milliseconds. */
const KEPT = 60_000;

/** Save it. @param {HTMLElement} notebook */
export function saveFile(notebook) {
  const day = new Date().toLocaleDateString('en-GB', { dateStyle: 'long' });
  const text = fileOf({ body: bodyOf(notebook), css: cssOf(document), day });
  const href = URL.createObjectURL(new Blob([text], { type: 'text/html' }));
  h('a', { href, download: 'skipscope-notebook.html' }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
}

/**
 * Write the file. Pure.
 *
 * @param {{body: string, css: string, day: string}} of
 */
export function fileOf({ body, css, day }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>My notebook · Skipscope, ${day}</title>
<style>${css.replaceAll('</', '<\\/')}</style>
</head>
<body>
<main>${body}
<p class="notes-saved">Saved from Skipscope on ${day}.</p></main>
</body>
</html>
`;
}

/** The notebook without its buttons, and with its links as text. @param {HTMLElement} notebook */
function bodyOf(notebook) {
  const copy = /** @type {HTMLElement} */ (notebook.cloneNode(true));
  for (const part of copy.querySelectorAll('.scripted, button, dialog, [hidden]')) part.remove();
  for (const link of copy.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  for (const part of copy.querySelectorAll('[data-part], [tabindex]')) {
    part.removeAttribute('data-part');
    part.removeAttribute('tabindex');
  }
  return copy.outerHTML;
}

/** All styles of a page, but for what they load. @param {Document} page */
function cssOf(page) {
  return [...page.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .map(({ cssText }) => cssText)
    .filter((text) => !/url\(|@import/.test(text))
    .join('\n');
}
