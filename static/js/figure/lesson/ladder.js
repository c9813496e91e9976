/** @file One block, large, with all its layers: a ladder from x to y, and beside each layer its shape, its parameters
 *   and its MACs. Up to four networks stand beside each other. Pure. */
import { count, shape, short } from '../facts.js';
import { formatNumber } from '../scale.js';
import { inputOf } from './numbers.js';
import { line, node, round, words } from './scene.js';

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {import('./anatomy.js').Layer} Layer */
/** @typedef {import('./scene.js').Scene} Scene */
/** @typedef {import('./scene.js').Node} Node */
/** @typedef {{name: string, said: string, layer: Layer|null, path: 'trunk'|'residual'|'plain'|'projection'}} Rung */

const LEAST = 360;
const MOST = 590;
const HEAD = 66;
const PITCH = 30;
const BOX = 23;
const NORMS = /** @type {Record<string, string>} */ ({ batch: 'BatchNorm', group: 'GroupNorm' });
const ACTIVATIONS = /** @type {Record<string, string>} */ ({
  relu: 'ReLU',
  leaky_relu: 'leaky ReLU',
  gelu: 'GELU',
  silu: 'SiLU',
  sigmoid: 'sigmoid',
});
const OTHERS = /** @type {Record<string, string>} */ ({ pad: 'pad zeros', scale: 'scale', se: 'SE', gate: 'gate' });

/**
 * Draw a block of each network.
 *
 * @param {{readings: Reading[], block: number, covered?: boolean, width: number}} shown `block` from 1
 * @returns {Scene}
 */
export function ladderScene({ readings, block, covered = false, width }) {
  const across = Math.max(1, Math.min(readings.length, Math.floor(width / LEAST)));
  const room = width / across;
  /** @type {Node[]} */
  const drawn = [];
  let top = 0;
  for (let from = 0; from < readings.length; from += across) {
    const row = readings.slice(from, from + across);
    row.forEach((one, i) => {
      drawn.push(...ladder(one, block, covered, i * room, top, room - (across > 1 ? 8 : 0)));
    });
    top += HEAD + PITCH * Math.max(...row.map((one) => rungsOf(one, block).length)) + 8;
  }
  return { width, height: top, label: readings.map((one) => said(one, block, covered)).join('; '), in: drawn };
}

/**
 * List the rungs from above: x, the layers, the addition, y.
 *
 * @param {Reading} reading @param {number} block from 1
 * @returns {Rung[]}
 */
function rungsOf(reading, block) {
  const name = reading.blocks[block - 1];
  const on = reading.skips[block - 1];
  const layers = (reading.anatomy?.layers ?? []).filter((one) => one.block === name);
  const first = layers.findIndex(({ path }) => path === 'residual');
  const last = layers.findLastIndex(({ path }) => path === 'residual');
  /** @param {Layer} layer @returns {Rung} */
  const rung = (layer) => ({
    name: nameOf(layer, reading.made),
    said: layer.name,
    layer,
    path: layer.path === 'trunk' ? 'trunk' : layer.path === 'residual' ? (on ? 'residual' : 'plain') : 'projection',
  });
  const place = (/** @type {string} */ name) => ({ name, said: '', layer: null, path: /** @type {const} */ ('trunk') });
  const trunk = layers.filter(({ path }) => path === 'trunk');
  return [
    place('x'),
    ...trunk.filter((one) => layers.indexOf(one) < first).map(rung),
    ...layers.filter(({ path }) => path === 'residual').map(rung),
    ...(on ? layers.filter(({ path }) => path !== 'residual' && path !== 'trunk').map(rung) : []),
    ...(on ? [place('+')] : []),
    ...trunk.filter((one) => layers.indexOf(one) > last && one.type !== 'add').map(rung),
    place('y'),
  ];
}

/** @param {Layer} layer @param {Reading['made']} made */
function nameOf({ type, kernel, stride }, made) {
  const edge = Array.isArray(kernel) ? kernel[0] : kernel;
  const step = Array.isArray(stride) ? stride[0] : stride;
  const down = step && step > 1 ? `, /${step}` : '';
  if (type === 'conv') return `conv ${edge}×${edge}${down}`;
  if (type === 'norm') return NORMS[made.norm] ?? made.norm;
  if (type === 'activation') return ACTIVATIONS[made.activation] ?? made.activation;
  return `${OTHERS[type] ?? type}${down}`;
}

/** As it fits on a narrow skip. @param {string} name */
function brief(name) {
  return name
    .replace(/^conv | zeros/, '')
    .replace('BatchNorm', 'BN')
    .replace('GroupNorm', 'GN');
}

/** The sums of a block. @param {Reading} reading @param {number} block */
function costsOf(reading, block) {
  const own = rungsOf(reading, block).flatMap(({ layer }) => layer ?? []);
  const sum = (/** @type {'parameters'|'macs'} */ name) => own.reduce((total, layer) => total + layer[name], 0);
  return `${count(sum('parameters'))} parameters, ${short(sum('macs'))} MACs`;
}

/** @param {Reading} reading @param {number} block @param {boolean} covered */
function said(reading, block, covered) {
  const layers = rungsOf(reading, block)
    .filter(({ layer }) => layer)
    .map(({ name, path }) => (path === 'projection' ? `${name} on the skip` : name));
  const costs = covered ? 'covered' : costsOf(reading, block);
  return `${reading.label}, block ${block}: ${layers.join(', ')}; ${costs}`;
}

/**
 * @param {Reading} reading @param {number} block @param {boolean} covered @param {number} x0 @param {number} top
 * @param {number} room
 * @returns {Node[]}
 */
function ladder(reading, block, covered, x0, top, room) {
  const at = block - 1;
  const on = reading.skips[at];
  const rungs = rungsOf(reading, block);
  const wide = Math.min(MOST, room);
  const small = wide < 480;
  const [lane, across] = [wide * (small ? 0.21 : 0.25), small ? 82 : 112];
  const left = x0 + (room - wide) / 2;
  const [skip, middle] = [left + lane * 0.5, left + lane + across / 2];
  const shares = small ? [0.42, 0.72, 1] : [1 / 3, 2 / 3, 1];
  const columns = shares.map((share) => left + lane + across + share * (wide - lane - across - 4));
  const y = (/** @type {number} */ i) => top + HEAD + PITCH * (i + 0.5);
  const sum = rungs.findIndex(({ name, layer }) => name === '+' && !layer);
  const branch = rungs.findIndex(({ path }) => path === 'residual' || path === 'plain');
  const fork = y(branch) - PITCH * 0.66;
  const projected = rungs.some(({ path }) => path === 'projection');
  const number = (/** @type {number} */ value) => `RMS ${covered ? '?' : formatNumber(value)}`;
  const rms = /** @type {Record<string, string>} */ ({
    x: number(inputOf(reading, at)),
    '+': `F(x): ${number(reading.residual[at])}`,
    y: number(reading.activation[at]),
  });
  const shapes = outputsOf(rungs);
  return [
    words(x0 + 4, top + 17, `${reading.label}, block ${block}`, 'strong'),
    words(x0 + 4, top + 35, covered ? '? parameters, ? MACs' : costsOf(reading, block), 'name'),
    ...['output', small ? 'param.' : 'parameters', 'MACs'].map((name, i) =>
      words(columns[i], top + HEAD - 4, name, 'axis', 'end'),
    ),
    node('path', { d: `M${round(middle)},${y(0) + 8}V${y(rungs.length - 1) - 12}`, class: 'wire trunk' }),
    node('path', {
      d: `M${round(middle)},${round(fork)}V${y(sum < 0 ? rungs.findLastIndex(({ path }) => path === 'plain') : sum)}`,
      class: `wire ${on ? 'residual' : 'plain'}`,
    }),
    ...(sum < 0 ? [] : around(middle, skip, fork, y(sum), projected)),
    ...(sum < 0 || projected ? [] : unchanged(skip, (fork + y(sum)) / 2, small)),
    ...rungs.flatMap((one, i) => {
      const box = one.path === 'projection' ? skip : middle;
      const size = one.path === 'projection' ? Math.min(across, lane - 2) : across;
      const name = small && one.path === 'projection' ? brief(one.name) : one.name;
      return rung({ ...one, name }, { x: box, y: y(i), size, columns, shape: shapes[i], rms: rms[one.name], covered });
    }),
  ];
}

/** The shape of what leaves each rung. @param {Rung[]} rungs */
function outputsOf(rungs) {
  const layers = rungs.flatMap(({ layer }) => layer ?? []);
  const into = layers[0]?.input_shape ?? [];
  const out = layers.findLast(({ path }) => path !== 'projection')?.output_shape ?? into;
  return rungs.map(({ layer, name }) => shape(layer?.output_shape ?? (name === 'x' ? into : out)));
}

/**
 * @param {Rung} one
 * @param {{x: number, y: number, size: number, columns: number[], shape: string, rms: string|undefined,
 *   covered: boolean}} at
 * @returns {Node[]}
 */
function rung({ name, said, layer, path }, { x, y, size, columns, shape, rms, covered }) {
  const ink = path === 'projection' ? 'axis identity' : 'axis';
  const first = words(columns[0], y + 4, shape, ink, 'end');
  if (!layer) {
    const mark =
      name === '+'
        ? [
            node('circle', { cx: round(x), cy: y, r: 10, class: 'plus' }),
            node('path', { d: `M${round(x - 6)},${y}h12M${round(x)},${y - 6}v12`, class: 'plus' }),
          ]
        : [words(x, y + 5, name, 'strong', 'middle')];
    return [...mark, first, words(columns[2], y + 4, rms ?? '', 'axis', 'end')];
  }
  const cost = (/** @type {number} */ value) =>
    covered && value > 0 ? '?' : value < 1e6 ? count(value) : short(value);
  const spoken = `${said}: ${name}, ${shape}, ${cost(layer.parameters)} parameters, ${cost(layer.macs)} MACs`;
  return [
    node(
      'rect',
      {
        x: round(x - size / 2),
        y: y - BOX / 2,
        width: round(size),
        height: BOX,
        rx: 5,
        class: `layer ${path === 'projection' ? 'identity' : path}`,
      },
      node('title', {}, spoken),
    ),
    words(x, y + 4, name, 'inside', 'middle'),
    first,
    words(columns[1], y + 4, cost(layer.parameters), ink, 'end'),
    words(columns[2], y + 4, layer.macs < 1e4 ? cost(layer.macs) : covered ? '?' : short(layer.macs), ink, 'end'),
  ];
}

/**
 * The skip from the fork around F to the addition; dotted where layers stand on it.
 *
 * @param {number} middle @param {number} skip @param {number} fork @param {number} sum @param {boolean} dotted
 */
function around(middle, skip, fork, sum, dotted) {
  const [m, s] = [round(middle), round(skip)];
  const from = round(fork);
  const d =
    `M${m},${from}H${s + 12}Q${s},${from} ${s},${from + 12}` + `V${sum - 12}Q${s},${sum} ${s + 12},${sum}H${m - 10}`;
  return [
    node('path', { d, class: dotted ? 'wire identity dotted' : 'wire identity' }),
    node('circle', { cx: m, cy: round(fork), r: 3.5, class: 'fork' }),
  ];
}

/** @param {number} x @param {number} y @param {boolean} small */
function unchanged(x, y, small) {
  return [
    line(x, y - 16, x, y + 16, 'gap'),
    words(x, y - 2, 'x,', 'identity', 'middle'),
    words(x, y + 13, small ? 'as is' : 'unchanged', 'identity', 'middle'),
  ];
}
