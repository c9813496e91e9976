/** @file Text to the clipboard. */

/**
 * Copy what an area holds; the clipboard's own door is shut where a class opens the page over plain HTTP.
 *
 * @param {HTMLTextAreaElement|HTMLInputElement} area
 */
export async function copied(area) {
  area.select();
  if (!globalThis.isSecureContext) return document.execCommand('copy');
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return document.execCommand('copy');
  }
}
