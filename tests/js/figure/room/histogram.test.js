import assert from 'node:assert/strict';
import { test } from 'node:test';
import { histogramScene } from '../../../../static/js/figure/room/histogram.js';

const question = {
  id: 1,
  kind: 'number',
  text: '',
  options: [],
  low: -6,
  high: 0,
  at: [1],
  axis: 'gradient RMS at block 1',
  unit: 'a ratio',
  network: 'plain-56',
};
const bins = [0, -1, -2, -3, -4, -5, -6].map((at) => ({ at, first: at === -1 ? 3 : 0, last: at === -4 ? 2 : 1 }));
/** @param {object} more @returns {any} */
const room = (more) => ({
  question,
  truth: 1e-5,
  distribution: { answered: 8, bins, quartiles: [-6, -4.5, -4, -2, 0] },
  ...more,
});
const SIZE = { width: 716, height: 300 };
/** @param {import('../../../../static/js/figure/lesson/scene.js').Scene} scene @param {string} name */
const all = (scene, name) => scene.in.filter(({ at }) => at.class === name);

test('the box of quartiles lies on the axis of the bars, and the line of the truth goes through both', () => {
  const scene = histogramScene(room({}), SIZE);
  const bars = all(scene, 'room-last');
  assert.equal(bars.length, 7);
  // bars from 10⁻⁶ at the left to 1 at the right, each 100 wide
  const [box] = all(scene, 'room-box');
  assert.deepEqual([box.at.x, box.at.width], [208, 250]);
  const [middle] = all(scene, 'room-middle');
  assert.equal(middle.at.x1, 258, 'the middle answer stands below the bar of 10⁻⁴');
  const [line] = all(scene, 'room-line');
  assert.equal(line.at.x1, 158, 'and the truth below that of 10⁻⁵');
  assert.ok(Number(line.at.y2) > Number(box.at.y) + 16);
  assert.equal(all(scene, 'room-whisker').length, 2);
});

test('the axis says its quantity and unit, and the whole is said in words', () => {
  const scene = histogramScene(room({}), SIZE);
  assert.deepEqual(all(scene, 'axis')[0].in, ['gradient RMS at block 1 (a ratio)']);
  assert.equal(
    scene.label,
    '8 answers. Half of the answers lie between 3.2×10⁻⁵ and 0.01, the middle one is 1×10⁻⁴. Measured: 1×10⁻⁵.',
  );
});

test('a long axis has more lines, and the bars stand above them', () => {
  const scene = histogramScene(room({}), { width: 140, height: 300 });
  const axis = all(scene, 'axis');
  assert.deepEqual(
    axis.map((one) => one.in[0]),
    ['gradient RMS at block', '1 (a ratio)'],
  );
  assert.ok(Number(axis[0].at.y) < Number(axis[1].at.y));
  const [floor] = all(scene, 'room-floor');
  assert.equal(Number(axis[0].at.y) - Number(floor.at.y1), 66);
});

test('nothing stands for what is not there', () => {
  const none = room({ truth: null, distribution: { answered: 0, bins: [], quartiles: [] } });
  const scene = histogramScene(none, SIZE);
  for (const name of ['room-line', 'room-box', 'room-last']) assert.equal(all(scene, name).length, 0);
  assert.equal(scene.label, '0 answers.');
  assert.equal(all(histogramScene(room({}), { ...SIZE, own: 1e-4 }), 'yours')[0].at.cx, 258);
});
