/**
 * @file Light or dark: the system's, until the reader chooses; the choice stays on the device.
 */

/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

const KEY = 'skipscope-theme';

/**
 * Mount the theme's button.
 *
 * @param {HTMLElement} button
 * @param {Store} store
 * @returns {View}
 */
export function mountTheme(button, store) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  /** @returns {'light'|'dark'} */
  const current = () => {
    const { theme } = root.dataset;
    if (theme === 'light' || theme === 'dark') return theme;
    return system.matches ? 'dark' : 'light';
  };
  const tell = () => store.dispatch({ type: 'theme', theme: current() });
  const click = () => {
    const next = current() === 'dark' ? 'light' : 'dark';
    root.dataset.theme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // storage may be denied; the choice then lasts as long as the page
    }
    tell();
  };
  button.addEventListener('click', click);
  system.addEventListener('change', tell);
  tell();
  return {
    update(state) {
      const pressed = String(state.theme === 'dark');
      if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
    },
    destroy() {
      button.removeEventListener('click', click);
      system.removeEventListener('change', tell);
    },
  };
}
