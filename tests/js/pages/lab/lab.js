// The Lab without its views, before a server that a test plays.

import { decodeAddress } from '../../../../static/js/pages/lab/address.js';
import { createCommands } from '../../../../static/js/pages/lab/commands.js';
import { initialState, reduce } from '../../../../static/js/pages/lab/state.js';
import { createStore } from '../../../../static/js/view/state/store.js';
import { assemble } from '../../../../static/js/view/state/variants.js';
import { SUMMARIES } from '../../golden.js';

const field = (name, value, more = {}) => ({
  name,
  label: name,
  group: 'This experiment',
  basic: true,
  of: 'run',
  kind: 'integer',
  description: '',
  default: value,
  optional: false,
  ...more,
});
const TRAINING = { group: 'Training' };
const shared = [
  field('dataset', 'digits', { ...TRAINING, kind: 'text' }),
  field('lr', 0.005, { ...TRAINING, kind: 'number' }),
  field('steps', 200, TRAINING),
  field('clip_norm', null, { ...TRAINING, kind: 'number', optional: true }),
];

export const PATHS = {
  kind: 'paths',
  name: 'Paths',
  title: 'How long?',
  networks: 4,
  on_run: true,
  picture: false,
  in_python: true,
  example: { variants: [{ preset: 'resnet20' }, { preset: 'plain20' }], steps: 150, lr: 0.02 },
  fields: [field('samples', 8), ...shared],
};
export const LESIONS = {
  ...PATHS,
  on_run: false,
  picture: false,
  kind: 'lesions',
  name: 'Lesions',
  title: 'Which?',
  fields: [field('draws', 5), ...shared],
};
export const SQUARES = {
  kind: 'squares',
  name: 'Squares',
  title: 'Squares',
  networks: 0,
  on_run: false,
  picture: false,
  in_python: false,
  example: {},
  fields: [field('num_squares', 4), field('rates', [0.1], { kind: 'numbers', longest: 4 })],
};
export const KINDS = [PATHS, LESIONS, SQUARES];
export const FIRST = {
  kinds: KINDS,
  presets: [],
  datasets: [],
  fields: [],
  experiments: { total: 0, experiments: [] },
};

const summaryOf = ({ preset }) => SUMMARIES[preset];
export const variantsOf = (nets) => assemble([], nets.map(summaryOf), nets);

/** A Lab at an address; what was asked is written down. */
export function lab(address = '', answers = {}, weights = null) {
  const asked = [];
  const watched = [];
  const { kind, settings, nets } = decodeAddress(address, KINDS);
  const store = createStore(initialState(FIRST, kind, settings), reduce, () => {});
  const call =
    (name, usual) =>
    async (...given) => {
      asked.push([name, ...given]);
      return answers[name] ? answers[name](...given) : usual(...given);
    };
  store.commands = createCommands(
    store,
    { summarize: async (description) => summaryOf(description), run: call('run', () => ({})), weights },
    {
      estimate: call('estimate', () => ({ seconds: 20, bytes: 1 })),
      begin: call('begin', () => ({ id: 'e1' })),
      read: call('read', (id) => ({ id, kind: 'paths', state: 'running', last_event: 0, figure: null, result: null })),
      stop: call('stop', () => ({})),
      remove: call('remove', () => null),
      list: call('list', () => ({ total: 1, experiments: [{ id: 'e1' }] })),
      watch: (id, watcher) => {
        watched.push([id, watcher]);
        return () => watched.push([id, 'left']);
      },
    },
  );
  return { store, asked, watched, nets, settings };
}
