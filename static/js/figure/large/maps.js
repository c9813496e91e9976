/** @file One image in a block as pictures: x, F(x), their sum, the output, and the gradient on its way back. Pure. */
import { peakOf } from '../lesson/blockmaps.js';
import { mapPicture, scaleKey } from '../lesson/channels.js';
import { round, words } from '../lesson/scene.js';
import { formatNumber } from '../scale.js';
import { numberOf } from '../values.js';

/** @typedef {import('../lesson/scene.js').Scene} Scene */
/** @typedef {import('../lesson/scene.js').Node} Node */
/** @typedef {import('../lesson/blockmaps.js').BlockMaps} BlockMaps */
/** @typedef {import('../lesson/blockmaps.js').ShownMap} ShownMap */
/** @typedef {import('./reading.js').Reading} Reading */
/**
 * @typedef {{title: string, hue: 'ink'|'identity'|'residual', map: ShownMap|null|undefined, sign: string}} Term `sign`:
 *   between it and the next one
 */
/** @typedef {{name: string, terms: Term[]}} Way forward or backward; its pictures have one scale */

/** Below the first two pictures stand beside each other, not four; from the second on both ways do. In pixels. */
const [WIDE, WIDEST] = [560, 1060];
/** Between both ways. */
const APART = 44;
const [GAP, EDGE, LARGEST] = [34, 4, 176];
/** Above a row of pictures, its head; above a picture, its title; below it, its number. */
const [HEAD, TITLE, NUMBER] = [30, 24, 24];

/**
 * Draw the pictures.
 *
 * @param {Pick<Reading, 'label'|'name'|'bare'|'on'|'strength'|'after'>} reading of the block
 * @param {BlockMaps} maps
 * @param {number} width
 * @returns {Scene}
 */
export function mapsPicture(reading, maps, width) {
  const across = width < WIDE ? 2 : 4;
  const beside = width >= WIDEST;
  const room = beside ? (width - APART) / 2 : width;
  const size = Math.min(LARGEST, (room - 2 * EDGE - (across - 1) * GAP) / across);
  const tall = TITLE + size + NUMBER;
  const high = HEAD + (4 / across) * tall + 8;
  const nodes = waysOf(reading, maps).flatMap(({ name, terms }, way) => {
    const peak = peakOf(terms.map(({ map }) => map));
    const [left, top] = beside ? [EDGE + way * (room + APART), 0] : [EDGE, way * high];
    return [
      words(left, top + 18, name, 'heading'),
      ...scaleKey({ x: left + 84, y: top + 18, peak, text: across > 2 ? 'one scale for this row' : '' }),
      ...terms.flatMap((term, i) => {
        const x = left + (i % across) * (size + GAP);
        const y = top + HEAD + Math.floor(i / across) * tall + TITLE;
        return [
          ...pictureOf(term, { x, y, size, peak }),
          ...(i % across < across - 1 && i + 1 < terms.length
            ? [words(x + size + GAP / 2, y + size / 2 + 7, term.sign, 'large', 'middle')]
            : []),
        ];
      }),
    ];
  });
  return { width, height: round(beside ? high : 2 * high), label: tell(reading, maps), in: nodes };
}

/**
 * @param {Term} term
 * @param {{x: number, y: number, size: number, peak: number}} at
 * @returns {Node[]}
 */
function pictureOf({ title, hue, map }, { x, y, size, peak }) {
  const middle = x + size / 2;
  return [
    words(middle, y - 8, title, hue === 'ink' ? 'strong' : `strong ${hue}`, 'middle'),
    ...mapPicture(map ?? null, { x, y, size, peak, name: hue, said: title }),
    ...(map ? [words(middle, y + size + 16, `RMS ${formatNumber(numberOf(map.rms))}`, 'soft', 'middle')] : []),
  ];
}

/**
 * The two ways through a block, each as terms of its sum.
 *
 * @param {Pick<Reading, 'bare'|'on'|'strength'|'after'>} reading @param {BlockMaps} of
 * @returns {Way[]}
 */
function waysOf({ bare, on, strength, after }, { maps }) {
  const shortcut = strength === 1 ? 'the shortcut' : `x times ${formatNumber(strength)}`;
  const by = bare ? 'x' : shortcut;
  /** @type {Term[]} */
  const forward = [
    { title: on ? by : 'the skip is cut', hue: 'identity', map: maps.shortcut, sign: '+' },
    { title: 'F(x)', hue: 'residual', map: maps.branch, sign: '=' },
    { title: on ? `s = ${bare ? 'x' : 'shortcut'} + F(x)` : 's = F(x)', hue: 'ink', map: maps.sum, sign: '→' },
    ...(after.length > 0 ? [{ title: `y, after ${after[after.length - 1].title}`, ...last(maps.output) }] : []),
  ];
  /** @type {Term[]} */
  const backward = [
    { title: '∂L/∂x', hue: 'ink', map: maps.grad_x, sign: '=' },
    {
      title: on ? `by the ${bare ? 'identity' : 'shortcut'}` : 'the skip is cut',
      hue: 'identity',
      map: maps.grad_identity,
      sign: '+',
    },
    { title: 'through F', hue: 'residual', map: maps.grad_branch, sign: '←' },
    { title: '∂L/∂s', ...last(maps.grad_sum) },
  ];
  return [
    { name: 'Forward', terms: forward },
    { name: 'Backward', terms: backward },
  ];
}

/** @param {ShownMap|null|undefined} map @returns {Omit<Term, 'title'>} */
function last(map) {
  return { hue: 'ink', map, sign: '' };
}

/** @param {Pick<Reading, 'label'|'name'>} reading @param {BlockMaps} of */
function tell({ label, name }, { image, maps }) {
  const rms = (/** @type {string} */ place) => {
    const map = maps[place];
    return map ? formatNumber(numberOf(map.rms)) : 'none';
  };
  return (
    `Image ${image.index + 1} of the batch in ${name} of ${label}, as pictures. RMS: the shortcut’s output ` +
    `${rms('shortcut')}, F(x) ${rms('branch')}, s ${rms('sum')}; backward ∂L/∂s ${rms('grad_sum')}, by the shortcut ` +
    `${rms('grad_identity')}, through F ${rms('grad_branch')}, ∂L/∂x ${rms('grad_x')}.`
  );
}
