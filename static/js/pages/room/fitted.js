/** @file A picture that is drawn in the size of its place, with texts as large as the place's own type. */

/** Texts of pictures are so high. */
const BASE = 12;

/**
 * Draw at once and whenever the place gets another size.
 *
 * @param {HTMLElement} place
 * @param {(size: {width: number, height: number}) => void} draw in units of which 12 are the height of the place's type
 */
export function fit(place, draw) {
  const observer = new ResizeObserver(() => {
    const { clientWidth: wide, clientHeight: high } = place;
    if (wide === 0 || high === 0) return;
    const scale = BASE / Number.parseFloat(getComputedStyle(place).fontSize);
    draw({ width: Math.round(wide * scale), height: Math.round(high * scale) });
  });
  observer.observe(place);
}
