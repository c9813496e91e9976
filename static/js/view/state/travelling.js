/** @file Undo and redo: to other skips at once, to other networks, settings or runs by measuring or opening them. */
import { Refusal } from '../../sources/source.js';
import { hasNetworks, isNear, stacksAfter } from './undo.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./state.js').Variant} Variant */
/** @typedef {import('./store.js').Store} Store */
/** @typedef {import('./undo.js').Stacks} Stacks */

/**
 * Make undo and redo of a store.
 *
 * @param {Store} store
 * @param {ReturnType<typeof import('./turns.js').createTurns>} turns
 * @param {object} ways
 * @param {() => Promise<void>} ways.settle bring about what is wanted of the skips
 * @param {(others: {variants: Variant[], settings: Settings}, told: {stacks: Stacks}) => Promise<void>} ways.measure
 * @param {(id: string, told: {stacks: Stacks}) => Promise<void>} ways.open
 * @param {(lr: number) => Promise<boolean>} ways.slow tell the run that trains; false where none does
 */
export function createTravelling(store, { replace, want }, { settle, measure, open, slow }) {
  /** @param {'past'|'future'} from */
  const isHere = (from) => {
    const target = store.state[from].at(-1);
    return target === undefined || isNear(store.state, target);
  };

  /** @param {'past'|'future'} from @param {'past'|'future'} to */
  const far = async (from, to) => {
    const { state } = store;
    const target = state[from].at(-1);
    if (!target) return;
    const stacks = stacksAfter(state, from, to);
    const { variants, settings, run } = target;
    const isRate = JSON.stringify({ ...settings, lr: 0 }) === JSON.stringify({ ...state.settings, lr: 0 });
    if (isRate && hasNetworks(state, target) && run === state.run.id && (await slow(settings.lr))) {
      store.dispatch({ type: 'settings', changes: settings, stacks });
      return;
    }
    if (run !== null && run !== state.run.id) {
      try {
        await open(run, { stacks });
        return;
      } catch (error) {
        // of a run that is gone the networks are left
        if (!(error instanceof Refusal) || error.problem.status !== 404) throw error;
      }
    }
    await measure({ variants, settings }, { stacks });
  };

  /** @param {'past'|'future'} from @param {'past'|'future'} to @param {'undo'|'redo'} type */
  const travel = (from, to, type) => {
    const near = () => store.dispatch({ type });
    if (isHere(from)) return want('run', near, settle);
    return replace('architecture', async () => {
      if (!isHere(from)) return far(from, to);
      near();
      return settle();
    });
  };
  return {
    undo: () => travel('past', 'future', 'undo'),
    redo: () => travel('future', 'past', 'redo'),
  };
}
