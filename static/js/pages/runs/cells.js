/** @file The figures of a run in a list: accuracies of its last step, and the course of its gradient ratio. */
import { letterAt } from '../../figure/networks.js';
import { formatDecade, formatNumber } from '../../figure/scale.js';
import { numberOf } from '../../figure/values.js';
import { h, svg } from '../../view/dom.js';
import { sparkline } from './rundigest.js';

/** @typedef {import('./rundigest.js').Run} Run */

const SPARK = { width: 120, height: 30 };

/** The accuracies of each network at the last step, and which they are. @param {Run} run */
export function accuracies({ digest }) {
  if (!digest) return null;
  const last = digest.steps.at(-1);
  return h(
    'dl',
    {},
    ...digest.variants.flatMap(({ label, accuracy, test_accuracy: test }) => [
      h('dt', { class: digest.variants.length > 1 ? '' : 'visually-hidden' }, label), // the row names the only one
      h(
        'dd',
        { title: `${label}: share that is right of the batch of step ${last}` },
        `train ${percent(accuracy.at(-1))}`,
      ),
      h(
        'dd',
        { title: `${label}: share that is right of the images held out, after step ${digest.test_step ?? 'none'}` },
        test === null ? '' : `test ${percent(test)}`,
      ),
    ]),
  );
}

/** @param {import('../../wire').WireNumber|null|undefined} share */
function percent(share) {
  return typeof share === 'number' ? `${formatNumber(Number((share * 100).toPrecision(2)))}\u00a0%` : 'n/a';
}

/** @param {Run} run */
export function spark({ digest }) {
  const lines =
    digest &&
    sparkline(
      digest.variants.map((one) => one.gradient_ratio),
      SPARK,
    );
  if (!digest || !lines) return null;
  const { paths, low, high } = lines;
  const ends = digest.variants.map(
    ({ label, gradient_ratio }) => `${label} ends at ${formatNumber(numberOf(gradient_ratio.at(-1)))}`,
  );
  const title = `Gradient ratio from ${formatDecade(low)} to ${formatDecade(high)}: ${ends.join(', ')}`;
  return h(
    'div',
    {},
    svg(
      'svg',
      {
        class: 'spark',
        width: SPARK.width,
        height: SPARK.height,
        viewBox: `0 -1 ${SPARK.width} ${SPARK.height + 2}`,
        role: 'img',
        'aria-label': title,
      },
      ...paths.map((d, v) =>
        svg('path', {
          d,
          fill: 'none',
          style: `stroke:var(--network-${letterAt(v).toLowerCase()})`,
          'stroke-width': 1.5,
        }),
      ),
    ),
    h('span', { class: 'spark-labels' }, `${formatDecade(low)} to ${formatDecade(high)}`),
  );
}
