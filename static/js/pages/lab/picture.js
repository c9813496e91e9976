/** @file The reader's own picture in place of an image of the data set: chosen or dropped; it is in no address. */
import { h } from '../../view/dom.js';
import { whenChanged } from '../../view/state/select.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Store} Store */
/** @typedef {import('./state.js').View} View */

const TYPES = ['image/png', 'image/jpeg', 'image/webp'];
/** Bytes of a file at most: the server takes no more. */
const MOST = 8_000_000;

/**
 * Mount the choice.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} target onto which a picture may be dropped
 * @param {Store} store
 * @returns {View}
 */
export function mountPicture(root, target, store) {
  const file = h('input', {
    type: 'file',
    accept: TYPES.join(),
    class: 'visually-hidden',
    'aria-label': 'A picture of your own: PNG, JPEG or WebP',
    onchange: () => void take(file.files?.[0]),
  });
  const choose = h('label', { class: 'button small lab-picture-file' }, h('span', {}, 'Your own picture'), file);
  const shown = h('img', { class: 'lab-picture-shown', alt: '', hidden: true });
  const words = h('span');
  const none = h(
    'button',
    {
      type: 'button',
      class: 'button small',
      hidden: true,
      onclick: () => {
        put(null);
        file.focus();
      },
    },
    'Without it',
  );
  root.append(choose, shown, words, none);

  /** @param {State['picture']} picture */
  const put = (picture) => {
    const before = store.state.picture;
    if (before) URL.revokeObjectURL(before.url);
    store.dispatch({ type: 'problem', place: 'picture', problem: null });
    store.dispatch({ type: 'picture', picture });
  };

  /** @param {File|undefined} chosen */
  const take = async (chosen) => {
    if (!chosen) return;
    const problem = problemOf(chosen);
    if (problem === null) {
      const data = await textOf(chosen);
      put({ name: chosen.name, data, url: URL.createObjectURL(chosen) });
    } else
      store.dispatch({
        type: 'problem',
        place: 'picture',
        problem: { title: 'Not a picture that can be read', detail: problem, field: 'picture' },
      });
    file.value = '';
  };

  const over = (/** @type {DragEvent} */ event) => {
    if (!store.state.kind.picture || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    target.classList.add('lab-drop');
  };
  const out = () => target.classList.remove('lab-drop');
  const drop = (/** @type {DragEvent} */ event) => {
    out();
    if (!store.state.kind.picture || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  target.addEventListener('dragover', over);
  target.addEventListener('dragleave', out);
  target.addEventListener('drop', drop);

  return {
    update: whenChanged(
      (/** @type {State} */ { kind, picture }) => [kind, picture],
      (/** @type {State} */ { kind, picture }) => {
        root.hidden = !kind.picture;
        shown.hidden = none.hidden = picture === null;
        if (picture) shown.src = picture.url;
        else shown.removeAttribute('src');
        words.textContent = picture
          ? `${picture.name}, in place of an image of the data set. The server does not keep it.`
          : 'in place of an image of the data set: choose a PNG, JPEG or WebP, or drop it here.';
      },
    ),
    destroy() {
      target.removeEventListener('dragover', over);
      target.removeEventListener('dragleave', out);
      target.removeEventListener('drop', drop);
      root.replaceChildren();
    },
  };
}

/** The reason why a file cannot be sent, null if it can. @param {Pick<File, 'name'|'type'|'size'>} file */
export function problemOf({ name, type, size }) {
  if (!TYPES.includes(type))
    return `${name} is ${type === '' ? 'of an unknown type' : type}: choose a PNG, JPEG or WebP picture.`;
  if (size > MOST) return `${name} has ${(size / 1e6).toFixed(1)} MB, and 8 MB are the most: scale it down.`;
  return null;
}

/** The bytes of a file in base64. @param {Blob} file @returns {Promise<string>} */
export async function textOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}
