// A page without its views, before a server that a test plays.
import { serverOf } from '../../static/js/sources/server.js';
import { createCommands } from '../../static/js/view/state/commands.js';
import { initialState, reduce } from '../../static/js/view/state/state.js';
import { createStore } from '../../static/js/view/state/store.js';
import { probeOf, SUMMARIES } from './golden.js';

export const summaries = [SUMMARIES.plain20, SUMMARIES.resnet20];

export const later = () => new Promise((resolve) => setTimeout(resolve));

/** A page whose server is `answer(path, options)`, or that has another source; what was asked is written down. */
export function page(answer, source = null) {
  const asked = [];
  const streams = [];
  const store = createStore(initialState(), reduce, (tell) => tell());
  store.dispatch({
    type: 'first', summaries, descriptions: [{ preset: 'plain20', norm: 'none' }, { preset: 'resnet20', norm: 'none' }], probe: summaries.map((one) => probeOf(one)),
    settings: initialState().settings, presets: [], datasets: [{ name: 'digits', image_size: 8, in_channels: 1, num_classes: 10 }],
  });
  store.commands = createCommands(store, source ?? serverOf({
    ask: async (path, options = {}) => {
      asked.push([options.method ?? 'GET', path, options.body]);
      return answer(path, options, asked.length);
    },
    watch: (id, options) => {
      streams.push([id, options]);
      return () => streams.push([id, 'left']);
    },
  }));
  return { store, asked, streams };
}
export const measured = { variants: summaries.map((one) => probeOf(one, () => 0.5)) };

/** A recorded step as the stream tells it. */
export const step = (id, number, value = 1e-3) => ({
  id, type: 'step', data: { step: number, epoch: 0, elapsed: number / 10, lr: 0.1, variants: summaries.map((one) => ({ loss: 2, accuracy: 0.1, values: probeOf(one, () => value).values })) },
});
