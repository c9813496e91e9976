/**
 * @file The places of a network that is not ours, in the order of execution, made from the names that its records are
 * aligned to: junctions, and plain stretches between them. Pure.
 */

/** @typedef {'identity'|'projection'|'long'|'plain'} Kind */
/**
 * @typedef {object} Place
 * @property {string} name of its junction, or of the last tap of a plain stretch
 * @property {Kind} kind
 * @property {boolean} scaled whether a factor multiplies the branch before the addition
 * @property {string} words the kind as its sender says it; empty of a stretch
 * @property {number} at its number among the junctions; -1 of a stretch
 * @property {string[]} taps those inside of it, its own last
 */
/** @typedef {{taps: string[], blocks: string[], junctions: string[]}} Names */
/** @typedef {{places: Place[], stem: string[], head: string[]}} Found `stem`, `head`: taps before and after places */

/**
 * Find the places. A network without junctions is a chain: each tap is a place.
 *
 * @param {Names} names
 * @returns {Found}
 */
export function placesOf({ taps, blocks, junctions }) {
  if (blocks.length === 0) return { places: taps.map((tap) => stretch([tap])), stem: [], head: [] };
  const number = new Map(blocks.map((name, at) => [name, at]));
  const owners = ownersOf(blocks);
  /** @type {Place[]} */
  const places = [];
  /** @type {string[][]} */
  const inside = blocks.map(() => []);
  /** @type {string[]} */
  let free = [];
  /** @type {string[]|null} */
  let stem = null;
  let next = 0;
  const end = () => {
    if (stem === null) stem = free;
    else if (free.length > 0) places.push(stretch(free));
    free = [];
  };
  const upTo = (/** @type {number} */ last) => {
    for (; next <= last; next += 1)
      places.push({
        ...kindOf(junctions[next] ?? ''),
        name: blocks[next],
        at: next,
        taps: inside[next],
      });
  };
  for (const tap of taps) {
    const own = number.get(tap);
    const owner = own ?? ownerOf(tap, owners, next);
    if (owner === null) free.push(tap);
    else {
      end();
      inside[owner].push(tap);
      if (own !== undefined) upTo(own);
    }
  }
  if (stem === null) end();
  upTo(blocks.length - 1);
  return { places, stem: stem ?? [], head: free };
}

/** @param {string[]} taps @returns {Place} */
function stretch(taps) {
  return { name: taps[taps.length - 1], kind: 'plain', scaled: false, words: '', at: -1, taps };
}

/**
 * The kind of a junction, from its sender's words.
 *
 * @param {string} words @returns {Pick<Place, 'kind'|'scaled'|'words'>}
 */
function kindOf(words) {
  const said = words.slice(words.lastIndexOf(': ') + 2);
  const kind = said.startsWith('projection') ? 'projection' : said.startsWith('long') ? 'long' : 'identity';
  return { kind, scaled: said.endsWith('scaled branch'), words: words.includes(': ') ? said : '' };
}

/** `layer1.0` of its second call `layer1.0:2`, and of its second addition `layer1.0.2`. @param {string[]} blocks */
function ownersOf(blocks) {
  const known = new Set(blocks);
  /** @type {Map<string, number[]>} */
  const owners = new Map();
  blocks.forEach((name, at) => {
    const [called] = name.split(':');
    const above = called.replace(/\.\d+$/, '');
    const module = above !== called && known.has(above) ? above : called;
    owners.set(module, [...(owners.get(module) ?? []), at]);
  });
  return owners;
}

/**
 * The junction that a tap lies inside of: of those that its module makes the first that is still to come.
 *
 * @param {string} tap @param {Map<string, number[]>} owners @param {number} next
 */
function ownerOf(tap, owners, next) {
  for (let end = tap.lastIndexOf('.'); end > 0; end = tap.lastIndexOf('.', end - 1)) {
    const found = owners.get(tap.slice(0, end))?.find((at) => at >= next);
    if (found !== undefined) return found;
  }
  return null;
}
