/** @file The selected block as a picture, in the width that it has. */
import { blockPicture } from '../figure/large/picture.js';
import { readBlock } from '../figure/large/reading.js';
import { createScene } from './scene.js';

/** @typedef {import('./state/state.js').State} State */

/** @param {HTMLElement} root */
export function mountBlockPicture(root) {
  const scene = createScene();
  root.append(scene.element);
  /** @type {import('../figure/large/reading.js').Reading|null} */
  let reading = null;
  let width = 0;
  const draw = () => {
    if (reading && width > 0) scene.draw(blockPicture(reading, width));
  };
  const observer = new ResizeObserver(() => {
    const next = root.clientWidth;
    if (next === width) return;
    width = next;
    draw();
  });
  observer.observe(root);

  return {
    /** @param {State} state @param {number} v @param {number} b */
    update(state, v, b) {
      reading = readBlock(state, v, b);
      if (width === 0) width = root.clientWidth;
      draw();
    },
    destroy() {
      observer.disconnect();
      root.replaceChildren();
    },
  };
}
