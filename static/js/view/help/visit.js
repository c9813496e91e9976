/** @file The first visit of Explore, which has a tour: whether this is one, remembered on the device. */

const KEY = 'skipscope-tour';
/** The address of the tour, for those who ask for it. */
export const TOUR = '#tour';

/**
 * Is the tour due: the reader asks for it, or this is the first visit? A link that hides parts is a worksheet, and has
 * a text of its own.
 *
 * @param {Pick<Location, 'search'|'hash'>} address
 * @param {() => string|null} [known]
 */
export function isTourDue({ search, hash }, known = remembered) {
  if (hash === TOUR) return true;
  return !new URLSearchParams(search).has('hide') && known() === null;
}

/** @returns {string|null} null before the first visit */
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return 'denied'; // a tour that cannot be remembered would come again each time
  }
}

/** Remember that the tour was shown. */
export function remember() {
  try {
    localStorage.setItem(KEY, 'seen');
  } catch {
    // storage may be denied; then it opens for those alone who ask for it
  }
}

/**
 * Wait until the first measured networks are on the page.
 *
 * @param {HTMLElement} root
 * @returns {Promise<void>}
 */
export function whenReady(root) {
  const isReady = () => !['loading', undefined].includes(root.dataset.state);
  return new Promise((resolve) => {
    if (isReady()) {
      resolve();
      return;
    }
    const observer = new MutationObserver(() => {
      if (!isReady()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(root, { attributeFilter: ['data-state'] });
  });
}
