/** @file Stages of a network that is not ours: runs of places whose names begin alike, none too long to draw. Pure. */

/** @typedef {{name: string, prefix: string, from: number, count: number}} Stage `prefix` of the names of its places */

/** More stages than this would be a column each: the network is one then. */
const MOST = 6;
/** A strip of more cells could not be told apart. */
const LONGEST = 200;
const NAME = 16;
const WHOLE = 'network';

/**
 * Group places in their order.
 *
 * @param {string[]} names
 * @param {boolean} [isChain] whether they are leaves, which lie deeper than a junction's module
 * @returns {Stage[]} their names differ
 */
export function stagesOf(names, isChain = false) {
  const groups = grouped(names, isChain);
  const runs = groups.length > MOST ? [{ prefix: '', from: 0, count: names.length }] : groups;
  /** @type {Map<string, number>} */
  const seen = new Map();
  return runs.flatMap(({ prefix, from, count }) => {
    const pieces = Math.ceil(count / LONGEST);
    const size = Math.ceil(count / pieces);
    return Array.from({ length: pieces }, (_, piece) => {
      const first = from + piece * size;
      const own = Math.min(size, from + count - first);
      // places are numbered from 1 on the page
      const said = pieces > 1 ? `${first + 1}–${first + own}` : shortened(prefix || WHOLE, NAME);
      const before = seen.get(said) ?? 0;
      seen.set(said, before + 1);
      return { name: before > 0 ? `${said} (${before + 1})` : said, prefix, from: first, count: own };
    });
  });
}

/** @param {string[]} names @param {boolean} isChain */
function grouped(names, isChain) {
  /** @type {{prefix: string, from: number, count: number}[]} */
  const found = [];
  const all = new Set(names);
  names.forEach((name, from) => {
    const prefix = isChain ? beforeFirst(name) : beforeLast(moduleOf(name, all));
    const last = found.at(-1);
    if (last?.prefix === prefix) last.count += 1;
    else found.push({ prefix, from, count: 1 });
  });
  return found;
}

/**
 * `UNet` of `UNet.2`, its second addition; a name whose number is that of a block stays.
 *
 * @param {string} name @param {Set<string>} all
 */
function moduleOf(name, all) {
  const own = /^(.+)\.\d+(?::\d+)?$/.exec(name)?.[1];
  return own !== undefined && all.has(own) && !all.has(`${own}.0`) && !all.has(`${own}.1`) ? own : name;
}

/** `stages.0.blocks` of `stages.0.blocks.1.2:3`; nothing of a name without a number. @param {string} name */
function beforeLast(name) {
  return /^(.*?)(?:\.\d+)+(?::\d+)?$/.exec(name)?.[1] ?? '';
}

/** `layer1` of `layer1.0.downsample.0`. @param {string} name */
function beforeFirst(name) {
  return /^(.*?)\.\d+(?:[.:]|$)/.exec(name)?.[1] ?? '';
}

/**
 * The end of a name, which tells it apart from others. @param {string} name @param {number} most characters
 */
export function shortened(name, most) {
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}
