import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bandKeys,
  bandScene,
  blocksOf,
  drawingAxes,
  drawingScene,
  measuredOf,
} from '../../../../static/js/figure/room/drawings.js';

/** @type {any} */
const question = {
  id: 1,
  kind: 'profile',
  text: 'Draw it.',
  options: [],
  low: -6,
  high: 1,
  at: [1, 3],
  axis: 'gradient RMS at each block, over that at block 4',
  unit: '',
  network: 'plain-10',
  stages: [2, 2],
  known: 4,
};
const blocks = [
  { at: 1, quartiles: [-5, -4, -3], first: [-3, -2, -1] },
  { at: 3, quartiles: [-2, -1, -0.5], first: [-2, -1, 0] },
];
/** @param {object} [more] @returns {any} */
const room = (more = {}) => ({
  question,
  truth: [1e-6, 0.1],
  profile: [1e-6, 1e-4, 0.1, 1],
  distribution: { answered: 3, sure_wrong: 1, bins: [], blocks, quartiles: [] },
  ...more,
});
const SIZE = { width: 800, height: 500 };
/** @param {import('../../../../static/js/figure/lesson/scene.js').Scene} scene @param {string} name */
const all = (scene, name) => scene.in.filter(({ at }) => at.class === name);
/** @param {unknown} d */
const points = (d) => String(d).match(/[ML]/g)?.length;

test('a drawing ends at the block that is known', () => {
  const axes = drawingAxes(question, SIZE);
  const scene = drawingScene(question, [-5, -1], SIZE);
  const [line] = all(scene, 'yours');
  assert.equal(points(line.at.d), 3);
  const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;
  assert.ok(String(line.at.d).endsWith(`L${round(axes.x(3))},${round(axes.y(0))}`));
  assert.equal(all(scene, 'dot net').length, 1);
  assert.equal(all(drawingScene({ ...question, known: null }, [-5, -1], SIZE), 'dot net').length, 0);
});

test('the band holds the middle half, and the measured line has every block', () => {
  const scene = bandScene(room(), SIZE);
  const [band] = all(scene, 'room-band');
  assert.equal(points(band.at.d), 6, 'there and back, with the known block at both');
  assert.equal(points(all(scene, 'curve net')[0].at.d), 4);
  assert.equal(all(scene, 'room-before').length, 1, 'the discussion moved the middle');
  assert.match(scene.label, /^3 drawings\. At block 1 half of them lie between 1×10⁻⁵ and 0\.001\. plain-10 has/);
  assert.equal(all(bandScene(room(), { ...SIZE, own: [1e-3, 1] }), 'yours').length, 3);
});

test('nobody drew, or nothing was measured: the other is there nevertheless', () => {
  const empty = blocks.map(({ at }) => ({ at, quartiles: [], first: [] }));
  const none = bandScene(room({ distribution: { ...room().distribution, answered: 0, blocks: empty } }), SIZE);
  assert.equal(all(none, 'room-band').length, 0);
  assert.equal(all(none, 'curve net').length, 1);
  const untold = room({ truth: null, profile: null });
  assert.equal(all(bandScene(untold, SIZE), 'curve net').length, 0);
  assert.deepEqual(
    bandKeys(untold, true).map(({ name }) => name),
    ['band', 'half', 'before', 'you'],
  );
});

test('a truth without a network lies at the blocks that were asked about', () => {
  const told = room({ profile: null, question: { ...question, stages: [], known: null, network: null } });
  assert.deepEqual(
    measuredOf(told).map(([at, log]) => [at, Math.round(log)]),
    [
      [1, -6],
      [3, -1],
    ],
  );
  assert.equal(blocksOf(told.question).length, 3);
  assert.equal(points(all(bandScene(told, SIZE), 'curve net')[0].at.d), 2);
});
