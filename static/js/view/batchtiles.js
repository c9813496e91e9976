/**
 * @file The tiles of the batch: one image each with its class and the networks' answers. Tiles are kept from step to
 * step, and only what is another is written.
 */
import { h } from './dom.js';

/** @typedef {import('../figure/batch.js').Tile} Tile */
/** @typedef {{label: string, color: string}} Look */

/**
 * Make tiles within a list.
 *
 * @param {HTMLElement} list
 * @returns {(tiles: Tile[], looks: Look[], picture: string|null) => void} shows tiles, one network's answers in one
 *   colour, and their images, which lie side by side in one picture
 */
export function tilesWithin(list) {
  /** @type {ReturnType<typeof tileOf>[]} */
  let kept = [];
  let colors = '';
  return (tiles, looks, picture) => {
    const wanted = looks.map(({ color }) => color).join();
    if (kept.length !== tiles.length || colors !== wanted) {
      kept = tiles.map((_, i) => tileOf(looks, i, tiles.length));
      colors = wanted;
      list.style.setProperty('--networks', String(looks.length));
      list.style.setProperty('--lines', String(Math.ceil(looks.length / 2)));
      list.replaceChildren(...kept.map(({ element }) => element));
    }
    list.style.setProperty('--picture', picture ? `url("${picture}")` : 'none');
    kept.forEach((tile, i) => void tile.show(tiles[i], looks));
  };
}

/** @param {Look[]} looks @param {number} i @param {number} count */
function tileOf(looks, i, count) {
  const truth = document.createTextNode('');
  const image = h('span', { class: 'batch-image' });
  image.style.backgroundSize = `${100 * count}% 100%`;
  image.style.backgroundPosition = `${count > 1 ? (100 * i) / (count - 1) : 0}% 0`;
  const marks = looks.map(({ color }) => {
    const said = document.createTextNode('');
    const element = h('b', { class: 'answer' }, said);
    element.style.setProperty('--own', color);
    return { element, said };
  });
  const answers = h('span', { class: 'batch-answers' }, ...marks.map(({ element }) => element));
  const tile = h(
    'span',
    { class: 'batch-tile', role: 'img' },
    h('span', { class: 'batch-truth' }, truth),
    image,
    answers,
  );
  const element = h('li', {}, tile);
  let shown = '';
  return {
    element,
    /** @param {Tile} told @param {Look[]} names */
    show(told, names) {
      if (truth.data !== told.truth) truth.data = told.truth;
      if (shown === told.told) return;
      shown = told.told;
      element.title = told.told;
      tile.setAttribute('aria-label', told.told);
      told.answers.forEach(({ said, verdict }, v) => {
        const mark = marks[v];
        if (mark.said.data !== said) mark.said.data = said;
        mark.element.className = `answer ${verdict}`;
        mark.element.title = `${names[v].label}: ${said}`;
      });
    },
  };
}
