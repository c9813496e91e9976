/** @file Sizes of files in words. */

/** @param {number} bytes */
export function tellSize(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
