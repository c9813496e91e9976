// A page without its views, before a server that a test plays.
import { serverOf } from '../../static/js/sources/server.js';
import { createCommands } from '../../static/js/view/state/commands.js';
import { initialState, reduce } from '../../static/js/view/state/state.js';
import { createStore } from '../../static/js/view/state/store.js';
import { didOf, PRESETS, probeOf, SUMMARIES } from './golden.js';

export const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];

export const later = () => new Promise((resolve) => setTimeout(resolve));

/** A page whose server is `answer(path, options)`, or that has another source; what was asked is written down. */
export function page(answer, source = null) {
  const asked = [];
  const streams = [];
  const store = createStore(initialState(), reduce, (tell) => tell());
  store.dispatch({
    type: 'first',
    summaries,
    descriptions: [
      { preset: 'plain20', norm: 'none' },
      { preset: 'resnet20', norm: 'none' },
    ],
    probe: summaries.map((one) => probeOf(one)),
    settings: initialState().settings,
    presets: PRESETS,
    datasets: [
      { name: 'digits', image_size: 8, in_channels: 1, num_classes: 10, image_sizes: { cifar: 8, imagenet: 64 } },
    ],
  });
  store.commands = createCommands(
    store,
    source ??
      serverOf({
        ask: async (path, options = {}) => {
          asked.push([options.method ?? 'GET', path, options.body]);
          return answer(path, options, asked.length);
        },
        watch: (id, options) => {
          streams.push([id, options]);
          return () => streams.push([id, 'left']);
        },
      }),
  );
  return { store, asked, streams };
}
export const measured = { variants: summaries.map((one) => probeOf(one, () => 0.5)) };

/** What a server measures of what it is asked. */
export const measuredOf = (body) => ({
  variants: measured.variants.map((one, v) => {
    const { skips } = body.variants[v];
    return {
      ...one,
      net: {
        skips: Array.isArray(skips) ? skips : one.blocks.map(() => skips),
        strength: body.strengths?.[v] ?? one.strength,
      },
    };
  }),
});

/** A recorded step as the stream tells it. */
export const step = (id, number, value = 1e-3, nets = []) => ({
  id,
  type: 'step',
  data: {
    step: number,
    epoch: 0,
    elapsed: number / 10,
    lr: 0.1,
    precision: 'float32',
    variants: summaries.map((one, v) => ({
      ...didOf(probeOf(one, () => value)),
      loss: 2,
      ...(nets[v] && { net: nets[v] }),
    })),
  },
});

/** What a server says of ResNet-20 with the skips that are stated; the shortest statement where it is given one. */
export const summaryOf = ({ skips = true, ...rest }) => {
  const found = structuredClone(summaries[1]);
  found.graph.blocks.forEach((block, b) => {
    block.skip = Array.isArray(skips) ? skips[b] : skips;
  });
  return {
    ...found,
    stated: { preset: 'resnet20', ...(rest.norm && { norm: rest.norm }), ...(skips !== true && { skips }) },
  };
};
