/**
 * @file Light or dark: the system's, until the reader chooses; the choice stays on the device and holds for the whole
 * document.
 */

const KEY = 'skipscope-theme';
const DARK = '(prefers-color-scheme: dark)';

/** @returns {'light'|'dark'} */
function current() {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

/**
 * Tell the document's theme, now and whenever it changes.
 *
 * @param {(theme: 'light'|'dark') => void} tell
 * @returns {() => void} tell no more
 */
export function followTheme(tell) {
  const system = matchMedia(DARK);
  const changed = () => tell(current());
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', changed);
  changed();
  return () => {
    observer.disconnect();
    system.removeEventListener('change', changed);
  };
}

/**
 * Mount the button that changes the document's theme.
 *
 * @param {HTMLElement} button
 * @returns {() => void} take it away
 */
export function mountThemeButton(button) {
  const click = () => {
    const next = current() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // storage may be denied; the choice then lasts as long as the page
    }
  };
  button.addEventListener('click', click);
  const leave = followTheme((theme) => button.setAttribute('aria-pressed', String(theme === 'dark')));
  return () => {
    leave();
    button.removeEventListener('click', click);
  };
}
