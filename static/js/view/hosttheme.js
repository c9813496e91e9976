/** @file Light or dark as the page around a view is, by its own marks or its background. */

/** Below it a background is dark. */
const DARK = 0.4;
const MARKS = ['class', 'style', 'data-theme', 'data-jp-theme-light', 'data-vscode-theme-kind'];

/**
 * Tell the theme of the page around an element, now and whenever it changes.
 *
 * @param {HTMLElement} element
 * @param {(theme: 'light'|'dark') => void} tell
 * @returns {() => void} tell no more
 */
export function followHost(element, tell) {
  /** @type {'light'|'dark'|null} */
  let told = null;
  const changed = () => {
    const theme = themeOf(element);
    if (theme === told) return;
    told = theme;
    tell(theme);
  };
  const observer = new MutationObserver(changed);
  for (const place of [document.documentElement, document.body])
    observer.observe(place, { attributes: true, attributeFilter: MARKS });
  // styles that a theme brings may come after its mark
  document.addEventListener('transitionend', changed);
  document.addEventListener('load', changed, true);
  changed();
  return () => {
    observer.disconnect();
    document.removeEventListener('transitionend', changed);
    document.removeEventListener('load', changed, true);
  };
}

/** The element around another, out of shadow trees too. @param {Element} element @returns {Element|null} */
function aroundOf(element) {
  if (element.parentElement) return element.parentElement;
  const tree = element.getRootNode();
  return 'host' in tree ? /** @type {ShadowRoot} */ (tree).host : null;
}

/** @param {Element} element whose own background is not asked for @returns {'light'|'dark'} */
export function themeOf(element) {
  const { jpThemeLight, vscodeThemeKind = '' } = document.body.dataset;
  if (jpThemeLight) return jpThemeLight === 'true' ? 'light' : 'dark';
  if (vscodeThemeKind) return /dark|high-contrast$/.test(vscodeThemeKind) ? 'dark' : 'light';
  for (let at = aroundOf(element); at; at = aroundOf(at)) {
    const luminance = luminanceOf(getComputedStyle(at).backgroundColor);
    if (luminance !== null) return luminance < DARK ? 'dark' : 'light';
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** How light a colour is, 0 to 1; null of one that is mostly transparent. @param {string} color */
export function luminanceOf(color) {
  const [r, g, b, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
  if (b === undefined || alpha < 0.5) return null;
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}
